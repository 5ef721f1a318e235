# Part of Insights_py: where the lake lives. Errors without cells, places and files.

# %%
import hashlib
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timezone


class InsightsError(Exception):
    """What stops a run: a code, a sentence and a place. Never a cell: texts of Spark are not passed on (ROW13)."""

    def __init__(self, code, message, **place):
        super().__init__(
            f'{code}: {message}' + ''.join(f' [{name}: {value}]' for name, value in place.items() if value is not None)
        )
        self.code = code
        self.message = message
        self.place = {name: value for name, value in place.items() if value is not None}


@contextmanager
def without_foreign_texts(doing, **place):
    """Turns every error that is not ours into ENGINE_FAILED: Spark's texts quote rows (ROW13)."""
    failed = None
    try:
        yield
    except InsightsError:
        raise
    except Exception as error:
        # Names of classes only.
        failed = java_class_of(error).rpartition('.')[2] or type(error).__name__
    if failed is not None:
        raise InsightsError('ENGINE_FAILED', f'Spark failed while {doing} ({failed}).', **place)


def utc_now():
    return datetime.now(timezone.utc)


def iso_instant(moment):
    """`2024-03-04T05:30:00.000Z`, as every document of the lake writes a time."""
    return moment.isoformat(timespec='milliseconds').replace('+00:00', 'Z')


_workers = 8


def in_parallel(items, work):
    """Works through items on several threads; when one fails, the others end first. Results in the order of the items."""
    if len(items) < 2:
        return [work(item) for item in items]
    with ThreadPoolExecutor(_workers) as pool:
        futures = [pool.submit(work, item) for item in items]
    return [future.result() for future in futures]


class LakePaths:
    """Every place in a lake, as `<container>/<path>`. `prod` uses the stage containers, other workspaces live below `oea`."""

    def __init__(self, workspace, version):
        self.workspace = workspace
        self.version = version
        self.dataset = f'M365/v{version}'

    def stage(self, number):
        if self.workspace == 'prod':
            return f'stage{number}'
        return f'oea/dev/stage{number}' if self.workspace == 'dev' else f'oea/sandboxes/{self.workspace}/stage{number}'

    def landed_batch(self, table, kind, rundate):
        return f'{self.stage(1)}/Transactional/{self.dataset}/{table}/{kind}_batch_data/rundate={rundate}'

    @property
    def ingested_folder(self):
        return f'{self.stage(2)}/Ingested/{self.dataset}'

    @property
    def landing_ledger(self):
        return f'{self.ingested_folder}/_landing'

    @property
    def staging(self):
        """Where files lie that Spark has written and no table has yet. Same file system as the tables: a move is a rename."""
        return f'{self.ingested_folder}/_staging'

    def table(self, table, stage):
        base, dataset = self.stage(2), self.dataset
        return {
            'Ingested': f'{base}/Ingested/{dataset}/{table}',
            'Ingested_Corrected': f'{base}/Ingested_Corrected/{dataset}/{table}',
            'Rejected': f'{base}/Rejected/{dataset}/{table}',
            'general': f'{base}/Refined/{dataset}/general/{table}',
            'sensitive': f'{base}/Refined/{dataset}/sensitive/{table}_lookup',
        }[stage]

    @property
    def digital_engagement(self):
        return f'{self.stage(3)}/digital_engagement/v0.1/activity_events'

    def run_report(self, run_id):
        return f'oea/reports/{self.workspace}/runs/{run_id}.json'


class StoredFile:
    """A file of the lake: its path, its size, and when it was changed last (milliseconds since 1970)."""

    __slots__ = ('path', 'bytes', 'modified')

    def __init__(self, path, size, modified):
        self.path, self.bytes, self.modified = path, size, modified

    @property
    def name(self):
        return self.path.rsplit('/', 1)[-1]


class LakeStore:
    """
    Files of the lake, through Hadoop's file systems: mssparkutils.fs reads no bytes and cannot create a file only where
    none is. Commits go through Delta's own log store, which knows for each kind of storage how that is done.
    """

    def __init__(self, spark, lake_url):
        self._jvm = spark._jvm
        self._conf = spark._jsc.hadoopConfiguration()
        self._lake_url = lake_url
        self._systems = {}
        self._log_store = None

    def url(self, path):
        container, _, rest = path.partition('/')
        return self._lake_url.replace('{container}', container) + '/' + rest

    def _at(self, path):
        container = path.partition('/')[0]
        location = self._jvm.org.apache.hadoop.fs.Path(self.url(path))
        if container not in self._systems:
            system = location.getFileSystem(self._conf)
            # Checksum files beside the files would be out of date as soon as another engine writes.
            system.setWriteChecksum(False)
            system.setVerifyChecksum(False)
            self._systems[container] = system
        return self._systems[container], location

    def exists(self, path):
        system, location = self._at(path)
        return system.exists(location)

    def read(self, path):
        system, location = self._at(path)
        stream = system.open(location)
        try:
            # As text of one character per byte: bytes themselves cross from Java one by one, at a tenth of the speed.
            return self._jvm.org.apache.commons.io.IOUtils.toString(stream, 'ISO-8859-1').encode('latin-1')
        finally:
            stream.close()

    def read_head(self, path, size):
        """The first bytes of a file, at most `size`."""
        system, location = self._at(path)
        stream = system.open(location)
        try:
            head = self._jvm.org.apache.commons.io.input.BoundedInputStream(stream, size)
            return self._jvm.org.apache.commons.io.IOUtils.toString(head, 'ISO-8859-1').encode('latin-1')
        finally:
            stream.close()

    def read_json(self, path):
        return json.loads(self.read(path).decode('utf-8-sig'))

    def list(self, folder):
        """All files below a folder, recursively, in ascending order of path; empty where there is no such folder."""
        system, location = self._at(folder)
        if not system.exists(location):
            return []
        base = len(system.getFileStatus(location).getPath().toString()) + 1
        files, found = [], system.listFiles(location, True)
        while found.hasNext():
            status = found.next()
            path = f'{folder}/{status.getPath().toString()[base:]}'
            files.append(StoredFile(path, status.getLen(), status.getModificationTime()))
        return sorted(files, key=lambda file: file.path)

    def names(self, folder):
        """Names of what lies directly in a folder, sorted; empty where there is no such folder."""
        system, location = self._at(folder)
        if not system.exists(location):
            return []
        return sorted(status.getPath().getName() for status in system.listStatus(location))

    def write(self, path, content):
        """Creates or replaces a file."""
        system, location = self._at(path)
        stream = system.create(location, True)
        try:
            stream.write(content.encode('utf-8') if isinstance(content, str) else content)
        finally:
            stream.close()

    def write_if_absent(self, path, text):
        """Creates a file of text lines only where none is; False where there is one. The commit primitive."""
        if self._log_store is None:
            stores = self._jvm.io.delta.storage
            self._log_store = (stores.AzureLogStore if self._lake_url.startswith('abfs') else stores.LocalLogStore)(self._conf)
        system, location = self._at(path)
        system.mkdirs(location.getParent())
        lines = self._jvm.java.util.ArrayList()
        lines.add(text.rstrip('\n'))
        try:
            self._log_store.write(location, lines.iterator(), False, self._conf)
            return True
        except Exception as error:
            if 'FileAlreadyExists' in java_class_of(error):
                return False
            raise

    def move(self, source, target):
        """Renames a file; the target's folder is made where it is missing."""
        system, location = self._at(target)
        system.mkdirs(location.getParent())
        if not system.rename(self._jvm.org.apache.hadoop.fs.Path(self.url(source)), location):
            raise InsightsError('LAKE_STORE_FAILED', 'A staged file could not be moved into its table.', file=target)

    def remove(self, paths):
        for path in paths:
            system, location = self._at(path)
            system.delete(location, False)

    def remove_folder(self, path):
        system, location = self._at(path)
        system.delete(location, True)

    def sha256(self, path):
        return self.copy(path, None)

    def copy(self, source, target):
        """Copies a file byte by byte, or only reads it where there is no target. Returns its SHA-256, lower-case hex."""
        system, location = self._at(source)
        digest = self._jvm.java.security.MessageDigest.getInstance('SHA-256')
        stream = self._jvm.java.security.DigestInputStream(system.open(location), digest)
        if target is None:
            sink = self._jvm.org.apache.commons.io.output.NullOutputStream.NULL_OUTPUT_STREAM
        else:
            target_system, target_location = self._at(target)
            sink = target_system.create(target_location, True)
        self._jvm.org.apache.hadoop.io.IOUtils.copyBytes(stream, sink, 1024 * 1024, True)
        return bytes(digest.digest()).hex()


def java_class_of(error):
    """Names of the Java classes of an error and its causes; empty for an error of Python."""
    names, cause = [], getattr(error, 'java_exception', None)
    while cause is not None and len(names) < 8:
        names.append(cause.getClass().getName())
        cause = cause.getCause()
    return ' '.join(names)
