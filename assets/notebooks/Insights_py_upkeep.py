# Part of Insights_py: upkeep of the tables, few files instead of many, and none that nobody needs.

# %% [markdown]
# ## Upkeep
#
# Small files of many days become few large ones, and files that no version needs any more are deleted after the environment's
# retention. Rows, their ledgers and what a log may say about protected columns (PRIV3) stay as they are.

# %%
_small_file = 32 * 1024 * 1024
_target_file = 128 * 1024 * 1024


def compact_table(context, target, columns, statistics, ordered_by, least):
    """Writes the small files of a table as few, where there are at least `least` of them in a partition. Returns how many went."""
    groups, gone = {}, 0
    for file in target.files.values():
        if file.size < _small_file:
            groups.setdefault(tuple(sorted(file.partition_values.items())), []).append(file)
    for partition, files in groups.items():
        if len(files) < least:
            continue
        frame = table_frame(context, columns, target.urls(files)).coalesce(
            max(1, sum(file.size for file in files) // _target_file)
        )
        if ordered_by is not None:
            frame = frame.sortWithinPartitions(ordered_by)
        staged = context.staging.write(frame, columns, 0, statistics, 'pack')
        for one in staged:
            folder = files[0].name.rpartition('/')[0]
            one.name, one.partition_values = (f'{folder}/{one.name}' if folder else one.name), dict(partition)
        if sum(one.rows for one in staged) != sum(file.rows for file in files):
            raise InsightsError('ENGINE_FAILED', 'Compaction would have changed the number of rows.', path=target.path)
        target.commit(staged, files, operation='OPTIMIZE', data_change=False)
        gone += len(files) - len(staged)
    return gone


def compact_lake(context, tables, least):
    """Compacts tables of all stages. Rejected is left alone: a file of it belongs to one batch."""
    wanted = [one for name in tables for one in _compactable(context, context.catalogue.tables[name])]
    return sum(in_parallel(wanted, lambda one: compact_table(context, *one, least)))


def _compactable(context, table):
    """(target, columns, statistics, order) of each stage of a table."""
    found, ingested = [], context.table(table.name, 'Ingested')
    if ingested.exists:
        width = len(re.findall(r'"name":"_c\d+"', ingested.schema))
        found.append((ingested, ingested_columns(width), ingested_statistics, None))
        corrected = context.table(table.name, 'Ingested_Corrected')
        found.append((corrected, list(table.types.items()), table.readable, None))
    for stage, shape in table.refined.items():
        columns = [(column['name'], column['type']) for column in shape['columns']]
        columns += history_columns if shape['history'] else ()
        statistics = [column['name'] for column in shape['columns'] if column['statistics']]
        found.append((context.table(table.name, stage), columns, statistics, shape['orderedBy']))
    if table.name == 'activity' and context.catalogue.engagement is not None:
        events = EngagementEvents(context)
        found.append((events.table, events.stored, ('event_eventTime',), None))
    return found


# As many small files as a table may gather before a run makes them one: bounds what any reader has to open.
files_before_compaction = 24


def compact_what_grew(context, ledger):
    """Compacts tables that this run has written to, where they have become many small files. Nothing while a unit is half done."""
    if any(is_begun(context, unit) for unit in ledger.pending()):
        return
    written = {commit['table'] for commit in context.commits}
    compact_lake(context, [name for name in context.catalogue.tables if name in written], files_before_compaction)


def unneeded_files(table, cutoff):
    """Data files of a table that no version since `cutoff` (milliseconds since 1970) has, and that are themselves older."""
    needed = set(table.files) | table.removed_since(cutoff)
    below = len(table.path) + 1
    found = [file for file in table.store.list(table.path) if file.name.endswith('.parquet')]
    return [
        file.path
        for file in found
        if file.modified < cutoff and file.path[below:] not in needed and not file.path[below:].startswith('_delta_log/')
    ]


def vacuum_lake(context, hours):
    """
    Deletes files that no version within the retention needs. Returns how many tables were looked at, and how many files went. Delta's
    own VACUUM takes seconds for each table, however small; the log says the same, and the run holds the lock.
    """
    cutoff = int(utc_now().timestamp() * 1000) - int(hours * 3600 * 1000)
    places = [
        (name, stage)
        for name, table in context.catalogue.tables.items()
        for stage in ('Ingested', 'Ingested_Corrected', 'Rejected', *table.refined)
    ]
    tables = in_parallel(places, lambda place: context.table(*place))
    tables.append(DeltaTable(context.store, context.spark, context.paths.digital_engagement))

    def vacuum(table):
        unneeded = unneeded_files(table, cutoff)
        context.store.remove(unneeded)
        return len(unneeded)

    existing = [table for table in tables if table.exists]
    with without_foreign_texts('vacuuming'):
        return len(existing), sum(in_parallel(existing, vacuum))
