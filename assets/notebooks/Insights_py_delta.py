# Part of Insights_py: reads and writes the logs of Delta tables (docs/lake-format.md §1).

# %% [markdown]
# ## Delta tables, commit by commit
#
# A commit carries data files, the `txn` of its batch and the ledger of its rows (`userMetadata`), all or nothing. Delta's own
# writer runs several Spark jobs for each commit to know the table's state; here the log is read as what it is, a few
# small JSON files. Spark and Delta are used where there is much: data files, checkpoints, vacuum.

# %%
import urllib.parse
import uuid

_checkpoint_every = 10
_log_name = re.compile(r'(\d{20})\.json')
_checkpoint_name = re.compile(r'(\d{20})\.checkpoint(?:\.\d{10}\.\d{10})?\.parquet')
# With a complete log of at most this many commits, reading it costs less than starting a job for the checkpoint.
_commits_without_checkpoint = 40
_remove_retention = 7 * 24 * 60 * 60 * 1000

_checkpoint_schema = (
    'txn struct<appId: string, version: bigint, lastUpdated: bigint>, '
    'add struct<path: string, partitionValues: map<string, string>, size: bigint, modificationTime: bigint, '
    'dataChange: boolean, stats: string, tags: map<string, string>>, '
    'remove struct<path: string, deletionTimestamp: bigint, dataChange: boolean, extendedFileMetadata: boolean, '
    'partitionValues: map<string, string>, size: bigint>, '
    'metaData struct<id: string, name: string, description: string, format: struct<provider: string, options: map<string, string>>, '
    'schemaString: string, partitionColumns: array<string>, configuration: map<string, string>, createdTime: bigint>, '
    'protocol struct<minReaderVersion: int, minWriterVersion: int>'
)


class DataFile:
    """A data file, named relative to its table; staged ones lie at `staged` until their commit moves them."""

    __slots__ = ('name', 'size', 'stats', 'modified', 'partition_values', 'staged', 'content', 'facts')

    def __init__(self, name, size, stats, modified=None, partition_values=None, staged=None, content=None):
        self.name, self.size, self.stats, self.modified = name, size, stats, modified
        self.partition_values, self.staged, self.content = partition_values or {}, staged, content
        # What parquet knows of the columns; for decisions only: it holds values of protected columns too.
        self.facts = None

    @property
    def rows(self):
        return int((self.stats or {}).get('numRecords', 0))

    @property
    def batch(self):
        """The batch of a file of Rejected, by its statistics (lake-format.md §4)."""
        return (self.stats or {}).get('minValues', {}).get('_batch')


class DeltaTable:
    """A table of one stage at its newest version. One run holds the lake's lock, so that nobody else commits meanwhile."""

    def __init__(self, store, spark, path, app_id=None):
        self.store, self.path, self.app_id = store, path, app_id
        self._spark = spark
        self.version = -1
        self.files, self.removes, self.txns = {}, {}, {}
        self._metadata = self._protocol = None
        self._timestamp = 0
        self._checkpoint = -1
        self._ledger = None
        self._read()

    @property
    def exists(self):
        return self.version >= 0

    @property
    def schema(self):
        return None if self._metadata is None else self._metadata['schemaString']

    @property
    def rows(self):
        return sum(file.rows for file in self.files.values())

    @property
    def last_batch(self):
        """The last batch committed to this stage; 0 before the first."""
        return self.txns.get(self.app_id, {}).get('version', 0)

    def urls(self, files=None):
        return [self.store.url(f'{self.path}/{file.name}') for file in (self.files.values() if files is None else files)]

    def _read(self):
        names = self.store.names(f'{self.path}/_delta_log')
        commits = sorted(int(found.group(1)) for found in map(_log_name.fullmatch, names) if found)
        checkpoints = {}
        for name in names:
            found = _checkpoint_name.fullmatch(name)
            if found:
                checkpoints.setdefault(int(found.group(1)), []).append(name)
        newest = max([*commits, *checkpoints], default=-1)
        if newest < 0:
            return
        self._checkpoint = max(checkpoints, default=-1)
        start = 0
        if self._checkpoint >= 0 and (commits[:1] != [0] or len(commits) > _commits_without_checkpoint):
            self._apply(self._checkpoint_actions(checkpoints[self._checkpoint]))
            start = self._checkpoint + 1
        present = set(commits)
        for version in range(start, newest + 1):
            if version not in present:
                raise InsightsError('DELTA_LOG_GAP', f'The log of the Delta table has no version {version}.', path=self.path)
            self._apply(self._commit_actions(version))
        self.version = newest
        if self._protocol is None or self._metadata is None:
            raise InsightsError('DELTA_LOG_CORRUPT', 'The log of the Delta table has no protocol or no metadata.', path=self.path)

    def _commit_actions(self, version):
        text = self.store.read(f'{self.path}/_delta_log/{version:020d}.json').decode('utf-8')
        return [json.loads(line) for line in text.split('\n') if line.strip()]

    def _checkpoint_actions(self, names):
        urls = [self.store.url(f'{self.path}/_delta_log/{name}') for name in names]
        with without_foreign_texts('reading a checkpoint', path=self.path):
            return [json.loads(row) for row in self._spark.read.parquet(*urls).toJSON().toLocalIterator()]

    def _apply(self, actions):
        for action in actions:
            for kind, content in action.items():
                if kind == 'add':
                    name = urllib.parse.unquote(content['path'])
                    stats = json.loads(content['stats']) if content.get('stats') else None
                    self.files[name] = DataFile(
                        name, content['size'], stats, content.get('modificationTime'), content.get('partitionValues')
                    )
                    self.removes.pop(name, None)
                elif kind == 'remove':
                    name = urllib.parse.unquote(content['path'])
                    self.files.pop(name, None)
                    self.removes[name] = {**content, 'dataChange': False}
                elif kind == 'metaData':
                    self._metadata = content
                elif kind == 'protocol':
                    if content['minReaderVersion'] > 1 or content['minWriterVersion'] > 2:
                        raise InsightsError(
                            'DELTA_PROTOCOL_UNSUPPORTED', 'The Delta table needs a newer reader or writer.', path=self.path
                        )
                    self._protocol = content
                elif kind == 'txn':
                    self.txns[content['appId']] = content
                elif kind == 'commitInfo':
                    self._timestamp = content.get('timestamp', self._timestamp)
                    self._ledger = json.loads(content['userMetadata']) if content.get('userMetadata') else self._ledger

    def ledger_of(self, batch):
        """The ledger that a batch left in the log; None when it left none."""
        for version in range(self.version, -1, -1):
            if not self.store.exists(f'{self.path}/_delta_log/{version:020d}.json'):
                return None
            for action in self._commit_actions(version):
                text = action.get('commitInfo', {}).get('userMetadata')
                ledger = json.loads(text) if text else {}
                if ledger.get('batch') == batch and ledger.get('kind') not in ('catalogue', 'erasure'):
                    return ledger
        return None

    def newest_ledger(self):
        """The ledger of the newest commit that has one; None where there is none."""
        if self._ledger is None:
            for version in range(self.version, -1, -1):
                if not self.store.exists(f'{self.path}/_delta_log/{version:020d}.json'):
                    break
                texts = [
                    action['commitInfo'].get('userMetadata') for action in self._commit_actions(version) if 'commitInfo' in action
                ]
                if texts and texts[0]:
                    self._ledger = json.loads(texts[0])
                    break
        return self._ledger

    def changes_since(self, batch):
        """Files that came since the commit of a batch, and names of those that went; None where the log does not tell."""
        added, removed, rearranged = set(), set(), []
        for version in range(self.version, -1, -1):
            if not self.store.exists(f'{self.path}/_delta_log/{version:020d}.json'):
                return None
            actions = self._commit_actions(version)
            info = next((action['commitInfo'] for action in actions if 'commitInfo' in action), {})
            ledger = json.loads(info['userMetadata']) if info.get('userMetadata') else {}
            if ledger.get('batch') == batch and ledger.get('kind') != 'catalogue':
                return self._difference(added, removed, rearranged)
            if ledger.get('kind') == 'erasure':
                # It takes the files of older versions away: only what it left, or what came later, can be read.
                return None
            came, went = (
                {urllib.parse.unquote(action[kind]['path']) for action in actions if kind in action} for kind in ('add', 'remove')
            )
            if info.get('operation') == 'OPTIMIZE':
                rearranged.append((came, went))
            else:
                added |= came
                removed |= went
        return None

    def _difference(self, added, removed, rearranged):
        """A compaction is no change, unless it took up files that came since."""
        if any(went & added for _, went in rearranged):
            for came, went in rearranged:
                added |= came
                removed |= went
        return [file for name, file in self.files.items() if name in added], sorted(removed - added)

    def removed_since(self, moment):
        """Names of files that commits since a moment (milliseconds since 1970) took out of the table: its versions until then have them."""
        names = set()
        for file in self.store.list(f'{self.path}/_delta_log'):
            found = _log_name.fullmatch(file.name)
            if found and file.modified >= moment:
                gone = (action['remove']['path'] for action in self._commit_actions(int(found.group(1))) if 'remove' in action)
                names.update(urllib.parse.unquote(path) for path in gone)
        return names

    def mentioned(self):
        """Names of every file that the log still mentions, also those of older versions."""
        names = {*self.files, *self.removes}
        for name in self.store.names(f'{self.path}/_delta_log'):
            found = _log_name.fullmatch(name)
            if found:
                adds = (action['add']['path'] for action in self._commit_actions(int(found.group(1))) if 'add' in action)
                names.update(urllib.parse.unquote(path) for path in adds)
        return names

    def commit(
        self,
        adds=(),
        removes=(),
        schema=None,
        ledger=None,
        operation='WRITE',
        transaction=None,
        partition_columns=(),
        data_change=True,
    ):
        """
        Puts staged files into the table and commits. With `transaction`, the number of a batch, a commit that the table has
        already is left out: replaying a batch changes nothing.
        """
        if transaction is not None and self.last_batch >= transaction:
            return False
        for file in adds:
            self._place(file)
        now = max(int(utc_now().timestamp() * 1000), self._timestamp)
        actions = self._actions(now, adds, removes, schema, ledger, operation, transaction, partition_columns, data_change)
        version = self.version + 1
        lines = '\n'.join(json.dumps(action, ensure_ascii=False, separators=(',', ':')) for action in actions)
        if not self.store.write_if_absent(f'{self.path}/_delta_log/{version:020d}.json', lines):
            raise InsightsError('DELTA_CONFLICT', 'Another writer has committed to the table meanwhile.', path=self.path)
        self._apply(actions)
        self.version = version
        if version - max(self._checkpoint, 0) >= _checkpoint_every:
            self._write_checkpoint(version, now)
        return True

    def _place(self, file):
        target = f'{self.path}/{file.name}'
        if file.content is not None:
            self.store.write(target, file.content)
            file.content = None
        elif file.staged is not None:
            self.store.move(file.staged, target)
            file.staged = None

    def _actions(self, now, adds, removes, schema, ledger, operation, transaction, partition_columns, data_change):
        info = {'timestamp': now, 'operation': operation, 'operationParameters': {'mode': 'Overwrite' if removes else 'Append'}}
        if self.exists:
            info['readVersion'] = self.version
        info.update(engineInfo='Education-Insights-CDK', txnId=str(uuid.uuid4()))
        if ledger is not None:
            info['userMetadata'] = json.dumps(ledger, ensure_ascii=False)
        actions = [{'commitInfo': info}]
        if not self.exists:
            actions.append({'protocol': {'minReaderVersion': 1, 'minWriterVersion': 2}})
        if schema is not None and schema != self.schema:
            former = self._metadata or {
                'id': str(uuid.uuid4()),
                'partitionColumns': list(partition_columns),
                'configuration': {},
                'createdTime': now,
            }
            actions.append({'metaData': {**former, 'format': {'provider': 'parquet', 'options': {}}, 'schemaString': schema}})
        if transaction is not None:
            actions.append({'txn': {'appId': self.app_id, 'version': transaction, 'lastUpdated': now}})
        for file in removes:
            gone = {
                'path': _encoded(file.name),
                'deletionTimestamp': now,
                'dataChange': data_change,
                'extendedFileMetadata': True,
            }
            actions.append({'remove': {**gone, 'partitionValues': file.partition_values, 'size': file.size}})
        for file in adds:
            added = {'path': _encoded(file.name), 'partitionValues': file.partition_values, 'size': file.size}
            actions.append(
                {
                    'add': {
                        **added,
                        'modificationTime': now,
                        'dataChange': data_change,
                        'stats': json.dumps(file.stats, ensure_ascii=False),
                    }
                }
            )
        return actions

    def _write_checkpoint(self, version, now):
        rows = [{'protocol': self._protocol}, {'metaData': self._metadata}]
        rows += [{'txn': txn} for txn in self.txns.values()]
        for file in self.files.values():
            stats = None if file.stats is None else json.dumps(file.stats, ensure_ascii=False)
            added = {'path': _encoded(file.name), 'partitionValues': file.partition_values, 'size': file.size}
            rows.append({'add': {**added, 'modificationTime': file.modified or now, 'dataChange': False, 'stats': stats}})
        rows += [{'remove': remove} for remove in self.removes.values() if remove['deletionTimestamp'] > now - _remove_retention]
        folder = f'{self.path}/_delta_log/.checkpoint-{uuid.uuid4()}'
        target = f'{self.path}/_delta_log/{version:020d}.checkpoint.parquet'
        with without_foreign_texts('writing a checkpoint', path=self.path):
            lines = self._spark.sparkContext.parallelize([json.dumps(row) for row in rows], 1)
            self._spark.read.schema(_checkpoint_schema).json(lines).coalesce(1).write.parquet(self.store.url(folder))
            part = next(file for file in self.store.list(folder) if file.name.endswith('.parquet'))
            self.store.move(part.path, target)
            self.store.remove_folder(folder)
        pointer = {'version': version, 'size': len(rows), 'sizeInBytes': part.bytes, 'numOfAddFiles': len(self.files)}
        self.store.write(f'{self.path}/_delta_log/_last_checkpoint', json.dumps(pointer))
        self._checkpoint = version


def _encoded(name):
    """A data file's name as a log writes it: each segment percent-encoded, `=` kept as it is."""
    return '/'.join(urllib.parse.quote(segment, safe="=-_.!~*'()") for segment in name.split('/'))


def data_file_name(batch, prefix='part'):
    """Name of a data file: its batch is in it, so that a run which continues a crashed one finds the batch's own rows."""
    return f'{prefix}-{batch:010d}-{uuid.uuid4()}.parquet'
