# Part of Insights_py: what a batch does to Ingested, Corrected and Rejected (lake-format.md §5).

# %%
class RunContext:
    """Everything that the steps of a run share."""

    def __init__(self, spark, store, paths, catalogue, settings, treatments, run_id, started_at):
        self.spark, self.store, self.paths, self.catalogue, self.settings = spark, store, paths, catalogue, settings
        self.treatments, self.run_id, self.started_at = treatments, run_id, started_at
        self.commits, self.messages, self.kept_bytes, self.keys_of_file = [], [], {}, {}
        self.staging = Staging(store, spark, paths, run_id)
        self._tables, self._batches, self._lock = {}, {}, threading.Lock()
        self._salt_row = None

    def table(self, name, stage):
        """A table at its newest version. Opened once: the lock keeps other writers out."""
        key = name, stage
        if key not in self._tables:
            app_id = None if stage == 'Rejected' else f'{name}/{stage}'
            self._tables[key] = DeltaTable(self.store, self.spark, self.paths.table(name, stage), app_id)
        return self._tables[key]

    def open_batch(self, batch):
        """A landed batch, read once however often it is asked for: on the driver, or in Spark where it is large."""
        key = batch['batch']
        with self._lock:
            lock = self._batches.setdefault(key, [threading.Lock(), None])
        with lock[0]:
            if lock[1] is None:
                is_large = sum(file['bytes'] for file in batch['files']) > self.settings['driverBatchBytes']
                with self._naming_lost_files(batch):
                    lock[1] = SparkBatch(self, batch) if is_large else DriverBatch(self, batch)
            return lock[1]

    @contextmanager
    def _naming_lost_files(self, batch):
        """A landed file that is gone stops its unit only (ROW10); whatever else goes wrong is about the lake or the engine."""
        lost = None
        try:
            yield
        except Exception:
            lost = next((file['landed'] for file in batch['files'] if not self.store.exists(file['landed'])), None)
            if lost is None:
                raise
        if lost is not None:
            message = 'The landed file is not in stage 1 any more.'
            raise InsightsError('INGEST_FILE_UNREADABLE', message, table=batch['table'], file=lost)

    def driver_files(self, batch):
        return [self.driver_file(file) for file in batch['files']]

    def driver_file(self, file):
        data = self.kept_bytes.pop(file['landed'], None)
        return RawFile(file['landed'], self.store.read(file['landed']) if data is None else data)

    def forget_batches(self):
        self._batches.clear()

    def salt_row(self):
        """One row with salt and paddings, to be joined to what Spark refines: data of a join stands in no plan (PRIV3)."""
        if self._salt_row is None:
            columns = [('_salt', 'string'), ('_salt_inner', 'binary'), ('_salt_outer', 'binary')]
            schema = spark_schema(columns)
            rows = self.spark.sparkContext.parallelize([self.treatments.paddings()], 1)
            self._salt_row = sql_functions.broadcast(self.spark.createDataFrame(rows, schema))
        return self._salt_row

    def ledger(self, batch, stage, rows, kind=None, columns=None):
        """The ledger of a commit. `in` = written + duplicates + rejected + applied; `total` is what the table holds after it."""
        counts = {
            'in': 0,
            'written': 0,
            'duplicates': 0,
            'rejected': {},
            'superseded': 0,
            'applied': 0,
            'removed': 0,
            'kept': 0,
            'total': 0,
        }
        ledger = {
            'format': 1,
            'engine': engine_name,
            'runId': self.run_id,
            'table': batch['table'],
            'stage': stage,
            'batch': batch['batch'],
            'rundate': batch['rundate'],
            'kind': kind or batch['kind'],
            'rows': {**counts, **rows},
        }
        if columns is not None:
            ledger['columns'] = columns
        return {**ledger, 'catalogue': self.catalogue.fingerprint, 'profile': self.catalogue.profile}


engine_name = 'spark'


class StagedChange:
    """A change of a table that is worked out; nothing of it is in the lake yet."""

    def __init__(self, target, adds, removes, ledger, schema, operation, is_transaction=True):
        self.target, self.adds, self.removes, self.ledger = target, adds, removes, ledger
        self.schema, self.operation, self.is_transaction = schema, operation, is_transaction

    def commit(self, context):
        transaction = self.ledger['batch'] if self.is_transaction else None
        if self.target.commit(self.adds, self.removes, self.schema, self.ledger, self.operation, transaction):
            context.commits.append(self.ledger)


class PreparedBatch:
    """A batch that is ready to be committed. `refine` is how Refined follows: rows and a mode, or None for rows of Corrected."""

    def __init__(self, table, batch, landed, corrected):
        self.table, self.batch, self.landed, self.corrected = table, batch, landed, corrected
        self.changes, self.rejected_change, self.refine_rows, self.held = [], None, None, None
        self.mode = 'merge' if batch['kind'] == 'additive' else 'replace'
        self.touches_history = True
        self.duplicates = corrected.duplicates


def prepare_batch(context, table, batch, own_columns, identifiers, is_confirmed):
    """Reads, corrects and stages one batch, and works out what it does to Ingested, Corrected and Rejected."""
    raw = context.open_batch(batch)
    messages, orders = [], {}
    for file in raw.files:
        if file.readable:
            orders[file.landed], found = _settle_file(context, table, batch, raw.cells_of(file), own_columns, identifiers)
            messages += found
    corrected = raw.correct(table, orders)
    corrected.messages = messages
    first = next((orders[file.landed] for file in raw.files if file.readable), table.columns)
    corrected.columns = [column['name'] for column in first]
    corrected.failure = _threshold_finding(context, table, raw, corrected.rejected)
    prepared = PreparedBatch(table, batch, raw.records, corrected)
    prepared.rejected_change = _prepare_rejected(context, table, batch, corrected)
    target = context.table(table.name, 'Ingested_Corrected')
    if batch['kind'] == 'snapshot' and not is_confirmed:
        prepared.held = _held_finding(context, table, corrected, target, batch)
    if corrected.failure is None and prepared.held is None:
        prepared.changes.append(_prepare_ingested(context, table, batch, raw, corrected))
        prepared.changes.append(_prepare_corrected(context, prepared, raw, target))
    return prepared


def _settle_file(context, table, batch, cells, own_columns, identifiers):
    # ROW12: for a delete the key's cells are enough.
    if batch['kind'] == 'delete' and cells.width == len(table.key):
        return [table.column(name) for name in table.key], []
    order, messages = settle_columns(context, table, cells, own_columns, identifiers)
    for index, column in enumerate(order):
        if 'derived' in column:
            differing = cells.derived_differs(index, column, order)
            if differing:
                text = (
                    f'{differing} delivered values of {column["name"]} differ from the derived ones; the derived ones are used.'
                )
                messages = [
                    *messages,
                    {
                        'severity': 'warning',
                        'code': 'ROW18',
                        'message': text,
                        'table': table.name,
                        'file': cells.file,
                        'column': column['name'],
                    },
                ]
    return order, messages


def _threshold_finding(context, table, raw, rejected):
    """ROW10: more than 5 % and more than 10 rows, or every row, header rows not counted."""
    base = raw.records - rejected.get('header_row', 0)
    refused = sum(count for reason, count in rejected.items() if reason != 'header_row')
    is_over = refused > context.settings['rejectThreshold'] * base and refused > 10 or refused == base
    if refused == 0 or not is_over:
        return None
    reasons = ', '.join(f'{reason} {count}' for reason, count in rejected.items())
    message = f'{refused} of {base} rows were rejected ({reasons}), more than the threshold allows.'
    return {'table': table.name, 'code': 'REJECT_THRESHOLD', 'message': message, 'file': raw.files[0].landed, 'counts': rejected}


def _held_finding(context, table, corrected, target, batch):
    """ROW5: a snapshot may not silently empty a table or take away many of its keys."""
    before, after = target.rows, corrected.rows.count
    if before == 0:
        return None
    key = [(name, table.types[name]) for name in table.key]
    gone = before
    if after:
        with without_foreign_texts('comparing the snapshot with the former one', table=table.name):
            former = table_frame(context, key, target.urls())
            gone = former.join(corrected.rows.select(table.key).frame(context), table.key, 'left_anti').count()
    share = context.settings['heldThreshold']
    if after and gone <= share * before:
        return None
    message = (
        f'The snapshot takes away {gone} of {before} keys, more than {round(share * 100)} %.'
        if after
        else f'The snapshot is empty; the table has {before} rows.'
    )
    return {
        'table': table.name,
        'code': 'SNAPSHOT_HELD',
        'message': message,
        'file': batch['files'][0]['landed'],
        'counts': {'before': before, 'after': after, 'gone': gone},
    }


def _prepare_ingested(context, table, batch, raw, corrected):
    target = context.table(table.name, 'Ingested')
    stored = 0 if target.schema is None else len(re.findall(r'"name":"_c\d+"', target.schema))
    width = max([stored, *([] if batch['kind'] == 'delete' else raw.widths)]) or len(table.columns)
    columns = ingested_columns(width)
    counts = {'in': raw.records, 'rejected': raw.rejected}

    def staged():
        return raw.ingested(width).stage(context, batch['batch'], ingested_statistics)

    def change(adds, removes, more, operation):
        ledger = context.ledger(batch, 'Ingested', {**counts, **more})
        return StagedChange(target, adds, removes, ledger, delta_schema(columns), operation)

    written = raw.readable
    if batch['kind'] == 'snapshot':
        more = {'written': written, 'superseded': target.rows, 'total': written}
        return change(staged(), list(target.files.values()), more, 'WRITE')
    if batch['kind'] == 'additive':
        return change(staged(), [], {'written': written, 'total': target.rows + written}, 'WRITE')
    delivered, places = _key_places(table, batch, corrected, target)
    keys = [f'_c{place}' for place in places]
    gone = KeyChange([], [], 0)
    if written and target.files:
        incoming = raw.delivered_keys(delivered, keys)
        gone = remove_keys(context, target, columns, keys, incoming, batch['batch'], ingested_statistics)
    total = target.rows - gone.left
    if batch['kind'] == 'delete':
        return change(gone.adds, gone.removes, {'applied': written, 'removed': gone.left, 'total': total}, 'DELETE')
    return change(
        gone.adds + staged(), gone.removes, {'written': written, 'superseded': gone.left, 'total': total + written}, 'MERGE'
    )


def _key_places(table, batch, corrected, target):
    """Where the key's cells are in the delivered rows and in Ingested. They must be the same cells of the same order."""
    delivered, stored = [corrected.columns.index(name) for name in table.key], [table.names.index(name) for name in table.key]
    is_key_only = batch['kind'] == 'delete' and len(corrected.columns) == len(table.key)
    for name, one, other in zip(table.key, delivered, stored):
        if target.exists and not is_key_only and one != other:
            raise InsightsError(
                'COLUMNS_DIFFER',
                f'The key column {name} is not where the snapshot has it.',
                table=table.name,
                column=name,
                file=batch['files'][0]['landed'],
            )
    return delivered, stored


def _prepare_corrected(context, prepared, raw, target):
    """Works out what a batch does to Corrected, and what of it Refined must follow."""
    table, batch, corrected = prepared.table, prepared.batch, prepared.corrected
    rows, number = corrected.rows, batch['batch']
    refused = {reason: count for reason, count in corrected.rejected.items() if reason not in raw.rejected}
    counts = {'in': raw.readable, 'duplicates': corrected.duplicates, 'rejected': refused}
    columns = list(table.types.items())

    def staged():
        files = rows.stage(context, number, table.readable)
        if batch['kind'] == 'additive' and isinstance(rows, ColumnRows):
            context.keys_of_file.update({file.name: key_tuples(rows, table.key) for file in files})
        return files

    def change(adds, removes, more, operation):
        ledger = context.ledger(batch, 'Ingested_Corrected', {**counts, **more}, columns=corrected.columns)
        return StagedChange(target, adds, removes, ledger, table.corrected, operation)

    if batch['kind'] == 'snapshot':
        prepared.refine_rows = rows
        more = {'written': rows.count, 'superseded': target.rows, 'total': rows.count}
        return change(staged(), list(target.files.values()), more, 'WRITE')
    if batch['kind'] == 'delete':
        gone = KeyChange([], [], 0)
        if rows.count and target.files:
            gone = remove_keys(context, target, columns, table.key, rows, number, table.readable)
        more = {'applied': rows.count, 'removed': gone.left, 'total': target.rows - gone.left}
        return change(gone.adds, gone.removes, more, 'DELETE')
    if rows.count:
        merge = merge_rows(context, target, rows, table.key, number, table.readable, staged, True)
    else:
        merge = KeyChange([], [], 0, 0, 0, rows)
    prepared.duplicates = corrected.duplicates + merge.duplicates
    prepared.touches_history = bool(merge.removes)
    if batch['kind'] == 'additive':
        prepared.refine_rows = merge.rows
    more = {'written': merge.written, 'duplicates': prepared.duplicates, 'superseded': merge.left}
    return change(merge.adds, merge.removes, {**more, 'total': target.rows - merge.left + merge.written}, 'MERGE')


def _prepare_rejected(context, table, batch, corrected):
    """Rows of a batch replace those that the same batch left in Rejected before (lake-format.md §4)."""
    target = context.table(table.name, 'Rejected')
    numbers = [batch['batch'], *batch['formerBatches']]
    former = [file for file in target.files.values() if file.batch in numbers]
    rows = corrected.rejected_rows
    if rows.count == 0 and not former:
        return None
    left, columns = sum(file.rows for file in former), list(rejected_columns)
    if rows.count and left == rows.count and all(file.batch == batch['batch'] for file in former):
        with without_foreign_texts('comparing rejected rows', table=table.name):
            if table_frame(context, columns, target.urls(former)).exceptAll(rows.frame(context)).isEmpty():
                return None
    counts = {'in': rows.count, 'written': rows.count, 'superseded': left, 'total': target.rows - left + rows.count}
    ledger = context.ledger(batch, 'Rejected', counts)
    staged = rows.stage(context, batch['batch'], ('_batch',))
    return StagedChange(target, staged, former, ledger, delta_schema(columns), 'WRITE', False)
