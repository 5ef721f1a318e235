# Part of Insights_py: the lock that one run holds on a lake.

# %% [markdown]
# ## One run at a time
#
# A folder lake is locked by a process, a storage account by a lease, exactly as the embedded engine does it: the two keep
# each other out. What is found in a lock that was not released tells that its run died.

# %%
import os
import secrets
import socket
import urllib.error
import urllib.request


def process_started(pid):
    """Start of a process in clock ticks since boot: tells a reused number from the process that had it."""
    try:
        with open(f'/proc/{pid}/stat', encoding='latin-1') as file:
            text = file.read()
        return text[text.rindex(')') + 2 :].split(' ')[19]
    except (OSError, ValueError, IndexError):
        return None


_process_token = secrets.token_hex(8)


def is_dead(process):
    """True when a process is surely gone; one on another host counts as living."""
    if process.get('host') != socket.gethostname():
        return False
    pid = process['pid']
    if pid == os.getpid():
        return process.get('token') != _process_token
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    started = process_started(pid)
    return None not in (process.get('started'), started) and process['started'] != started


class FolderLock:
    """The lock of a folder lake: a file that names its process (lake-format.md §2)."""

    def __init__(self, folder, path, holder):
        self._path, self._shown, self._id = f'{folder}/lock.json', path, secrets.token_hex(8)
        identity = {'pid': os.getpid(), 'host': socket.gethostname(), 'token': _process_token}
        started = process_started(os.getpid())
        if started is not None:
            identity['started'] = started
        os.makedirs(folder, exist_ok=True)
        self.taken_over = self._take(
            json.dumps({'holder': holder, 'process': identity, 'id': self._id, 'since': iso_instant(utc_now())})
        )

    def _create(self, path, text):
        """A link appears whole or not at all, and fails where the name is taken."""
        written = f'{path}.{self._id}.new'
        with open(written, 'w', encoding='utf-8') as file:
            file.write(text)
        try:
            os.link(written, path)
            return True
        except FileExistsError:
            return False
        finally:
            os.remove(written)

    @staticmethod
    def _text(path):
        try:
            with open(path, encoding='utf-8') as file:
                return file.read()
        except FileNotFoundError:
            return None

    def _take(self, text):
        """The right to replace a dead lock is itself a file, created exclusively: of several contenders one wins."""
        while not self._create(self._path, text):
            found = self._text(self._path)
            markers = [] if found is None else self._claim(found, text)
            if not markers:
                continue
            is_ours = self._text(self._path) == found
            if is_ours:
                self._replace(text)
            for marker in markers if is_ours else markers[-1:]:
                os.remove(marker)
            if is_ours:
                return True
        return False

    def _claim(self, found, text):
        markers, last = [], found
        while last is not None:
            dead = json.loads(last)
            if not is_dead(dead['process']):
                raise InsightsError(
                    'LAKE_LOCKED', f'The lake is locked by {dead["holder"]} since {dead["since"]}.', path=self._shown
                )
            markers.append(f'{self._path}.{dead["id"]}.taken')
            if self._create(markers[-1], text):
                return markers
            last = self._text(markers[-1])
        return []

    def release(self):
        if self._is_ours():
            os.remove(self._path)

    def abandon(self):
        """Leaves the lock as that of a run that died: the next run takes it over and cleans up, also in this session."""
        if self._is_ours():
            left = json.loads(self._text(self._path))
            left['process'].update(token='abandoned', started='abandoned')
            self._replace(json.dumps(left))

    def _is_ours(self):
        text = self._text(self._path)
        return text is not None and json.loads(text)['id'] == self._id

    def _replace(self, text):
        written = f'{self._path}.{self._id}.new'
        with open(written, 'w', encoding='utf-8') as file:
            file.write(text)
        os.replace(written, self._path)


class LeaseLock:
    """The lock of a storage account: a lease of 60 seconds on the lock's blob, renewed while the run lives."""

    def __init__(self, account, path, holder, token):
        self._url = f'https://{account}.blob.core.windows.net/{path}'
        self._path, self._token, self._lease = path, token, None
        self._request('PUT', {'x-ms-blob-type': 'BlockBlob', 'If-None-Match': '*'}, b'', (409, 412))
        try:
            answer = self._request('PUT', {'x-ms-lease-action': 'acquire', 'x-ms-lease-duration': '60'}, b'', (), '?comp=lease')
        except urllib.error.HTTPError as error:
            if error.code == 409:
                raise InsightsError('LAKE_LOCKED', 'The lake is locked by another run.', path=path) from None
            raise InsightsError('LAKE_STORE_FAILED', f'The lock could not be taken: status {error.code}.', path=path) from None
        self._lease = answer['x-ms-lease-id']
        self.taken_over = len(self._read()) > 0
        note = json.dumps({'holder': holder, 'since': iso_instant(utc_now())}).encode()
        self._request('PUT', {'x-ms-blob-type': 'BlockBlob', 'x-ms-lease-id': self._lease}, note, ())
        self._released = threading.Event()
        threading.Thread(target=self._renew, daemon=True).start()

    def _request(self, method, headers, body, tolerated, query=''):
        every = {'Authorization': f'Bearer {self._token()}', 'x-ms-version': '2023-11-03', **headers}
        request = urllib.request.Request(self._url + query, data=body, method=method, headers=every)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.headers
        except urllib.error.HTTPError as error:
            if error.code in tolerated:
                return error.headers
            raise

    def _read(self):
        request = urllib.request.Request(
            self._url, headers={'Authorization': f'Bearer {self._token()}', 'x-ms-version': '2023-11-03'}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def _renew(self):
        # A renewal that fails is tried again: the lease outlives two of them.
        while not self._released.wait(20):
            try:
                self._request(
                    'PUT', {'x-ms-lease-action': 'renew', 'x-ms-lease-id': self._lease}, b'', (404, 409, 412), '?comp=lease'
                )
            except OSError:
                continue

    def abandon(self):
        """Leaves the lock as that of a run that died: the lease runs out, and what is in the blob tells the next run."""
        self._released.set()

    def release(self):
        self._released.set()
        lease = {'x-ms-lease-id': self._lease}
        self._request('PUT', {'x-ms-blob-type': 'BlockBlob', **lease}, b'', (404, 409, 412))
        self._request('PUT', {'x-ms-lease-action': 'release', **lease}, b'', (404, 409, 412), '?comp=lease')


def take_lock(store, paths, settings, holder, token):
    """The lock of a lake: a lease where the lake is a storage account, else a file."""
    path = f'{paths.landing_ledger}/lock.json'
    if settings['lakeUrl'].startswith('abfs'):
        return LeaseLock(settings['storageAccount'], path, holder, token)
    folder = re.sub('^file:/+', '/', store.url(paths.landing_ledger))
    return FolderLock(folder, path, holder)
