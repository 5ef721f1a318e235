# Part of Insights_py: takes one unit through all stages, and completes what a crashed run left half done.

# %%
from functools import reduce


class UnitResult:
    def __init__(self, status, outcomes=(), findings=()):
        self.status, self.outcomes = status, sorted(outcomes, key=lambda one: one['table'])
        self.findings = sorted(findings, key=lambda one: one['table'])


def process_unit(context, ledger, unit, refines=True):
    """
    Every table is prepared before anything is committed: a unit that is held or that fails leaves nothing behind but its rejected
    rows. A table that fails does not hide another one: all findings of the unit are reported together.
    """

    def files_of(batch):
        try:
            return context.open_batch(batch).files
        except InsightsError as error:
            # Its own batch says so, and stops the unit.
            if error.code != 'INGEST_FILE_UNREADABLE':
                raise
            return []

    identifiers = Identifiers(context, unit, files_of)
    is_confirmed = unit.rundate in ledger.confirmed

    def prepare(batch):
        table = _table_of(context, batch['table'])
        earlier = _earlier_outcome(context, ledger, batch)
        if earlier is not None:
            return earlier, batch
        try:
            one = prepare_batch(context, table, batch, unit.own_columns.get(batch['table']), identifiers, is_confirmed)
        except InsightsError as error:
            # What is about a delivered file stops its unit only (ROW10).
            if error.code != 'INGEST_FILE_UNREADABLE' and not error.code.startswith('COLUMNS_'):
                raise
            place = {name: value for name, value in error.place.items() if name in ('file', 'column')}
            return {'table': batch['table'], 'code': error.code, 'message': error.message, **place}, None
        context.messages.extend(_missing_rows(context, ledger, unit, one))
        return one, None

    try:
        results = in_parallel(unit.batches, prepare)
        prepared = [one for one, _ in results if isinstance(one, PreparedBatch)]
        earlier = [(one, batch) for one, batch in results if batch is not None]
        findings = [one for one, batch in results if batch is None and not isinstance(one, PreparedBatch)]
        for one in prepared:
            context.messages.extend(_prepared_messages(one))
        findings += [one.corrected.failure for one in prepared if one.corrected.failure is not None]
        if findings:
            _commit_rejected(context, prepared)
            return UnitResult('failed', findings=findings)
        held = [one.held for one in prepared if one.held is not None]
        if held:
            return UnitResult('held', findings=held)
        context.messages.extend(_first_snapshot_messages(context, unit, prepared))
        _commit_rejected(context, prepared)
        in_parallel(prepared, lambda one: [change.commit(context) for change in one.changes])
        if not refines:
            return UnitResult('begun', [*(_outcome(one) for one in prepared), *(one for one, _ in earlier)])
        outcomes = in_parallel(prepared, lambda one: _refine_prepared(context, one))
        done = [batch for one, batch in earlier if one['outcome'] == 'written']
        in_parallel(done, lambda batch: _refine_from_corrected(context, _table_of(context, batch['table']), batch))
        return UnitResult('processed', [*outcomes, *(one for one, _ in earlier)])
    finally:
        context.forget_batches()


def _commit_rejected(context, prepared):
    in_parallel(
        [one.rejected_change for one in prepared if one.rejected_change is not None], lambda change: change.commit(context)
    )


def _refine_prepared(context, one):
    if one.refine_rows is None:
        _refine_from_corrected(context, one.table, one.batch, one.touches_history)
    else:
        refine_batch(context, one.table, one.batch, _readable_again(context, one), one.mode, one.touches_history)
    return _outcome(one)


def _outcome(one):
    outcome = {'table': one.batch['table'], 'batch': one.batch['batch'], 'outcome': 'written', 'landed': one.landed}
    return {**outcome, 'rejected': one.corrected.rejected, 'duplicates': one.duplicates}


def _readable_again(context, one):
    """Rows that Spark had staged were moved into Corrected by its commit: they are read from there."""
    rows = one.refine_rows
    if isinstance(rows, ColumnRows):
        return rows
    corrected = context.table(one.table.name, 'Ingested_Corrected')
    files = list(corrected.files.values()) if one.mode == 'replace' else _files_of_batch(corrected, one.batch)
    return FrameRows(rows.columns, table_frame(context, rows.columns, corrected.urls(files)), rows.count)


def _files_of_batch(corrected, batch):
    prefix = f'part-{batch["batch"]:010d}-'
    return [file for file in corrected.files.values() if file.name.startswith(prefix)]


def _refine_from_corrected(context, table, batch, touches_history=True):
    """
    Refines a batch that is in Corrected: the whole table, because a delta or a delete changes single rows of a snapshot; of
    an additive table the batch's own rows.
    """
    corrected = context.table(table.name, 'Ingested_Corrected')
    columns, is_additive = list(table.types.items()), batch['kind'] == 'additive'
    files = _files_of_batch(corrected, batch) if is_additive else list(corrected.files.values())
    rows = FrameRows(columns, table_frame(context, columns, corrected.urls(files)), sum(file.rows for file in files))
    with without_foreign_texts('refining rows', table=table.name):
        refine_batch(context, table, batch, rows, 'merge' if is_additive else 'replace', touches_history)


def _table_of(context, name):
    if name not in context.catalogue.tables:
        raise InsightsError('CATALOGUE_CHANGED', 'A landed table is not in the catalogue any more.', table=name)
    return context.catalogue.tables[name]


def _earlier_outcome(context, ledger, batch):
    """What an earlier run did with this batch: nothing more to prepare when it is unchanged, or already in Corrected."""
    ingested, corrected = context.table(batch['table'], 'Ingested'), context.table(batch['table'], 'Ingested_Corrected')
    head = {'table': batch['table'], 'batch': batch['batch']}
    if corrected.last_batch == batch['batch']:
        read, typed = ingested.ledger_of(batch['batch']), corrected.ledger_of(batch['batch'])
        rows = [one['rows'] if one else {} for one in (read, typed)]
        rejected = add_counts(*[one.get('rejected', {}) for one in rows])
        return {
            **head,
            'outcome': 'written',
            'landed': rows[0].get('in', 0),
            'rejected': rejected,
            'duplicates': rows[1].get('duplicates', 0),
        }
    if batch['kind'] != 'snapshot' or ingested.last_batch != corrected.last_batch:
        return None
    former = next((one for unit in ledger.units.values() for one in unit.batches if one['batch'] == ingested.last_batch), None)
    if (
        former is None
        or former['table'] != batch['table']
        or former['kind'] != 'snapshot'
        or former['contentHash'] != batch['contentHash']
    ):
        return None
    outcome = next((one for unit in ledger.units.values() for one in unit.outcomes if one['batch'] == former['batch']), None)
    counted = outcome['landed'] if outcome else (ingested.ledger_of(former['batch']) or {'rows': {'in': 0}})['rows']['in']
    landed = counted - former.get('erasedSince', 0)
    return {**head, 'outcome': 'unchanged', 'landed': landed, 'rejected': {}, 'duplicates': 0}


def _missing_rows(context, ledger, unit, prepared):
    """Counts the rows of the former delivery of an activity file that the new one lacks. They stay (ROW14)."""
    if unit.kind != 'additive':
        return []
    before = [
        other
        for other in ledger.in_order_of_landing()
        if other.unit == unit.unit and other.status == 'processed' and other.rundate < unit.rundate
    ]
    files = [
        file
        for batch in (before[-1].batches if before else [])
        for file in batch['files']
        if context.store.exists(file['landed'])
    ]
    if not files:
        return []
    key, columns = prepared.table.key, prepared.corrected.columns
    former = context.open_batch({**before[-1].batches[0], 'files': files})
    missing = _keys_without(
        context, former.delivered_keys([columns.index(name) for name in key], key), prepared.corrected.rows.select(key), key
    )
    if missing == 0:
        return []
    text = f'{missing} rows of the former delivery of this file are not in the new one; they stay.'
    return [
        {
            'severity': 'information',
            'code': 'ROW14',
            'message': text,
            'table': prepared.table.name,
            'file': unit.unit,
            'counts': {'missing': missing},
        }
    ]


def _first_snapshot_messages(context, unit, prepared):
    """
    What the first snapshot of a required table tells of itself, where there is none before it to be held against (ROW5): that it
    has no rows, or that more of the keys that the other tables of its folder refer to are missing than a later one may take away.
    """
    messages = []
    for one in prepared if unit.kind == 'snapshot' else []:
        name, rows = one.table.name, one.corrected.rows.count
        if name not in context.settings['requiredTables'] or context.table(name, 'Ingested_Corrected').rows:
            continue
        head = {'severity': 'warning', 'code': 'ROW5', 'table': name, 'file': one.batch['files'][0]['landed']}
        if rows == 0:
            text = 'The first snapshot of this table is empty, and there is none before it to hold it against.'
            messages.append({**head, 'message': text, 'counts': {'rows': 0}})
            continue
        referred, missing = _unresolved_keys(context, one, prepared)
        if missing > context.settings['heldThreshold'] * referred:
            text = f'{missing} of {referred} keys that other tables refer to are not in the first snapshot of this table: it may have been cut.'
            messages.append({**head, 'message': text, 'counts': {'rows': rows, 'referred': referred, 'missing': missing}})
    return messages


def _unresolved_keys(context, one, prepared):
    """How many different keys the other tables of the folder refer to, and how many of these are not there."""
    table, key = one.table, one.table.key[0]
    # A Ref… id that resolves nowhere is a matter of its own (ROW7).
    if len(table.key) != 1 or table.name == 'RefDefinition':
        return 0, 0
    referring = [
        other.corrected.rows.select([reference['column']])
        for other in prepared
        for reference in other.table.references
        if other is not one and (reference['table'], reference['target']) == (table.name, key)
    ]
    if not referring:
        return 0, 0
    present = one.corrected.rows.select([key])
    if all(isinstance(rows, ColumnRows) for rows in [present, *referring]):
        keys = {normalised(value) for value in present.values[0]}
        referred = {normalised(value) for rows in referring for value in rows.values[0] if value is not None}
        return len(referred), len(referred - keys)
    with without_foreign_texts('comparing a first snapshot with what refers to it', table=table.name):
        referred = reduce(lambda a, b: a.union(b), [_normalised_frame(context, rows) for rows in referring]).distinct()
        missing = referred.join(_normalised_frame(context, present), 'id', 'left_anti')
        return referred.count(), missing.count()


def _normalised_frame(context, rows):
    (name, _), *_ = rows.columns
    return rows.frame(context).selectExpr(f"lower(replace(cast(`{name}` AS string), '-', '')) AS id").where('id IS NOT NULL')


def _keys_without(context, keys, others, key):
    """How many of the distinct keys are not among the others."""
    if isinstance(keys, ColumnRows) and isinstance(others, ColumnRows):
        present = dict(zip([name for name, _ in others.columns], others.values))
        return len(set(zip(*keys.values)) - set(zip(*[present[name] for name in key])))
    with without_foreign_texts('comparing a file with its former delivery'):
        return keys.frame(context).distinct().join(others.frame(context), key, 'left_anti').count()


def _prepared_messages(prepared):
    header = prepared.corrected.rejected.get('header_row', 0)
    if header == 0:
        return prepared.corrected.messages
    text = f'{header} rows repeat the column names; they were rejected as header_row.'
    message = {
        'severity': 'warning',
        'code': 'ROW10',
        'message': text,
        'table': prepared.table.name,
        'file': prepared.batch['files'][0]['landed'],
    }
    return [*prepared.corrected.messages, message]


# %% [markdown]
# ## Order of units, and what a crash left


# %%
def redelivered(units):
    """A held folder that was delivered again is replaced by its own re-delivery, which landed whole (ROW1, ROW5)."""
    events = []
    for unit in units:
        later = [other.rundate for other in units if other.unit == unit.unit and other.rundate > unit.rundate]
        if unit.status == 'held' and later:
            events.append({'event': 'superseded', 'unit': unit.unit, 'rundate': unit.rundate, 'by': max(later)})
    return events


def begun_first(context, units):
    """Puts what an earlier run left half committed before everything else, also before what has landed since."""
    begun = {id(unit) for unit in units if is_begun(context, unit)}
    return sorted(units, key=lambda unit: id(unit) not in begun)


def is_begun(context, unit):
    return any(context.table(batch['table'], 'Ingested').last_batch == batch['batch'] for batch in unit.batches)


def renumbering(context, unit, next_batch):
    """New numbers for batches of a unit that is tried after later ones of its tables were committed (lake-format.md §2)."""
    events = []
    for batch in unit.batches:
        if batch['batch'] < context.table(batch['table'], 'Ingested_Corrected').last_batch:
            events.append({'event': 'renumbered', 'from': batch['batch'], 'to': next_batch + len(events)})
    return events


def remove_uncommitted(context):
    """After a crash: removes data files that no version of a log mentions. Only called while holding the lock."""
    removed = 0
    context.store.remove_folder(context.paths.staging)
    for table in context.catalogue.tables:
        for stage in ('Ingested', 'Ingested_Corrected', 'Rejected', 'general', 'sensitive'):
            folder = context.paths.table(table, stage)
            found = [name for name in context.store.names(folder) if name.endswith('.parquet')]
            orphans = set(found) - context.table(table, stage).mentioned() if found else ()
            context.store.remove([f'{folder}/{name}' for name in orphans])
            removed += len(orphans)
    folder = context.paths.digital_engagement
    events = DeltaTable(context.store, context.spark, folder)
    mentioned = events.mentioned() if events.exists else set()
    found = [
        file.path for file in context.store.list(folder) if file.name.endswith('.parquet') and '/_delta_log/' not in file.path
    ]
    orphans = [path for path in found if path[len(folder) + 1 :] not in mentioned]
    context.store.remove(orphans)
    return removed + len(orphans)
