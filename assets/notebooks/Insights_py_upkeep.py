# Part of Insights_py: lake databases, the checks of a run, and upkeep of the tables.

# %% [markdown]
# ## Lake databases
#
# `ldb_<workspace>_s2i_m365_v<version>` over Ingested and Ingested_Corrected, `…_s2r_…` over Refined/general, and one with the suffix
# `_sensitive` over the lookups: who may see the first two need not see the third (upstream has them together, S8).

# %%
def lake_databases(context):
    """Tables of each lake database: name to place in the lake. Only of tables that exist."""
    paths = context.paths
    owner = f'{paths.workspace.lower().replace("-", "_")}'
    edition = f'm365_v{paths.version.replace(".", "p")}'
    wanted = {f'ldb_{owner}_s2i_{edition}': {}, f'ldb_{owner}_s2r_{edition}': {}, f'ldb_{owner}_s2r_{edition}_sensitive': {}}
    ingested, refined, sensitive = wanted.values()
    for name, table in context.catalogue.tables.items():
        ingested[name.lower()] = 'Ingested', name
        ingested[f'{name.lower()}_corrected'] = 'Ingested_Corrected', name
        refined[name.lower()] = 'general', name
        if 'sensitive' in table.refined:
            sensitive[f'{name.lower()}_lookup'] = 'sensitive', name
    # Folders are listed once for each zone: opening a hundred logs to learn that they are there would take longer.
    present = {place for tables in wanted.values() for place in _present_tables(context, {stage for stage, _ in tables.values()})}
    return {
        database: {table: place for table, place in tables.items() if place in present} for database, tables in wanted.items()
    }


def _present_tables(context, stages):
    """(stage, table) of the tables that have a folder."""
    found = set()
    for stage in stages:
        folder = context.paths.table('', stage).rpartition('/')[0]
        suffix = '_lookup' if stage == 'sensitive' else ''
        names = set(context.store.names(folder))
        found |= {(stage, name) for name in context.catalogue.tables if f'{name}{suffix}' in names}
    return found


def update_lake_databases(context):
    """Creates what is missing and drops what the catalogue no longer has; done twice it changes nothing.

    Serverless SQL goes on showing the columns that a table had when it was created. So a database keeps a mark of the catalogue
    and the place it was made from; under any other, also that of a sandbox whose name gives the same database, all is made anew.
    """
    spark = context.spark
    made_from = f'{context.catalogue.fingerprint}|{context.store.url(context.paths.table("", "general"))}'
    mark = hashlib.sha256(made_from.encode()).hexdigest()[:16]
    for database, tables in lake_databases(context).items():
        with without_foreign_texts('updating a lake database', path=database):
            spark.sql(f'CREATE DATABASE IF NOT EXISTS `{database}`')
            present = {row['tableName'] for row in spark.sql(f'SHOW TABLES IN `{database}`').toLocalIterator()}
            described = spark.sql(f'DESCRIBE DATABASE EXTENDED `{database}`').toLocalIterator()
            is_current = any(mark in row['info_value'] for row in described)
            for table in sorted(present - set(tables) if is_current else present):
                spark.sql(f'DROP TABLE `{database}`.`{table}`')
            present = present if is_current else set()
            missing = [(table, place) for table, place in tables.items() if table not in present]

            def create(one):
                (table, (stage, name)) = one
                location = context.store.url(context.paths.table(name, stage))
                spark.sql(f'CREATE TABLE IF NOT EXISTS `{database}`.`{table}` USING DELTA LOCATION {sql_text(location)}')

            in_parallel(missing, create)
            if not is_current:
                spark.sql(f"ALTER DATABASE `{database}` SET DBPROPERTIES ('insights.made_from' = '{mark}')")


def drop_lake_databases(spark, paths):
    """Drops the lake databases of a workspace and version; the tables' files are not theirs, and stay. Returns their names."""
    owner, edition = paths.workspace.lower().replace('-', '_'), f'm365_v{paths.version.replace(".", "p")}'
    names = [f'ldb_{owner}_s2i_{edition}', f'ldb_{owner}_s2r_{edition}', f'ldb_{owner}_s2r_{edition}_sensitive']
    for name in names:
        with without_foreign_texts('dropping a lake database', path=name):
            spark.sql(f'DROP DATABASE IF EXISTS `{name}` CASCADE')
    return names


# %% [markdown]
# ## Checks
#
# After each run the logs are held against each other: no row is read for that, because every commit carries its ledger.


# %%
def validate_lake(context, names=None):
    """Looks at the tables of these names, all for None. Messages of severity `error` for what does not add up; one of severity `information` that says how much was looked at."""
    findings, examined = [], 0

    def fail(table, message):
        findings.append({'severity': 'error', 'code': 'VALIDATION', 'message': message, 'table': table})

    chosen = [(name, table) for name, table in context.catalogue.tables.items() if names is None or name in names]
    in_parallel(
        chosen, lambda one: [context.table(one[0], stage) for stage in ('Ingested', 'Ingested_Corrected', *one[1].refined)]
    )
    for name, table in chosen:
        stages = {stage: context.table(name, stage) for stage in ('Ingested', 'Ingested_Corrected', *table.refined)}
        if not stages['Ingested_Corrected'].exists:
            continue
        kept = 0
        for stage, stored in stages.items():
            ledger = stored.newest_ledger() if stored.exists else None
            if ledger is None:
                fail(name, f'{stage} has no ledger.')
                continue
            examined += 1
            rows = ledger['rows']
            if rows['total'] != stored.rows:
                fail(name, f'{stage} has {stored.rows} rows by its files and {rows["total"]} by its ledger.')
            if (
                ledger['kind'] not in ('catalogue', 'rebuild')
                and rows['in'] != rows['written'] + rows['duplicates'] + sum(rows['rejected'].values()) + rows['applied']
            ):
                fail(name, f'The ledger of {stage} does not add up.')
            kept = rows['kept'] if stage == 'general' else kept
        corrected, general = stages['Ingested_Corrected'], stages['general']
        is_complete = general.exists and general.last_batch >= corrected.last_batch
        if is_complete and general.rows != corrected.rows + kept:
            fail(name, f'general has {general.rows} rows, Corrected {corrected.rows} and {kept} are kept.')
    summary = {'severity': 'information', 'code': 'VALIDATION', 'message': f'{examined} ledgers were held against their tables.'}
    return findings or [summary]


def validate_rows(context, name):
    """Reads one table: keys are unique and not empty, pseudonyms have their form, and no hashed value is in general as it was."""
    table, findings = context.catalogue.tables[name], []
    for stage, shape in [('Ingested_Corrected', {'key': table.key}), *table.refined.items()]:
        stored = context.table(name, stage)
        if not stored.files:
            continue
        columns = (
            list(table.types.items())
            if stage == 'Ingested_Corrected'
            else [(column['name'], column['type']) for column in shape['columns']]
        )
        key = ', '.join(f'`{column}`' for column in shape['key'])
        empty = ' OR '.join(f'`{column}` IS NULL' for column in shape['key'])
        wrong = (
            ' OR '.join(
                f"NOT coalesce(`{column}` RLIKE '^[0-9a-f]{{64}}$', true)"
                for column, _ in columns
                if column.endswith('_pseudonym')
            )
            or 'false'
        )
        frame = table_frame(context, columns, stored.urls())
        with without_foreign_texts('validating rows', table=name):
            rows, keys, without, malformed = frame.selectExpr(
                'count(1)', f'count(DISTINCT {key})', f'count_if({empty})', f'count_if({wrong})'
            ).first()
        for count, what in (
            (rows - keys, 'rows repeat a key'),
            (without, 'rows have no key'),
            (malformed, 'pseudonyms have another form'),
        ):
            if count:
                findings.append(
                    {'severity': 'error', 'code': 'VALIDATION', 'message': f'{count} {what} in {stage}.', 'table': name}
                )
    return findings


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
    gone = 0
    for name in tables:
        table = context.catalogue.tables[name]
        ingested = context.table(name, 'Ingested')
        if ingested.exists:
            width = len(re.findall(r'"name":"_c\d+"', ingested.schema))
            gone += compact_table(context, ingested, ingested_columns(width), ingested_statistics, None, least)
            gone += compact_table(
                context, context.table(name, 'Ingested_Corrected'), list(table.types.items()), table.readable, None, least
            )
        for stage, shape in table.refined.items():
            columns = [(column['name'], column['type']) for column in shape['columns']] + (
                list(history_columns) if shape['history'] else []
            )
            statistics = [column['name'] for column in shape['columns'] if column['statistics']]
            gone += compact_table(context, context.table(name, stage), columns, statistics, shape['orderedBy'], least)
        if name == 'activity' and context.catalogue.engagement is not None:
            events = EngagementEvents(context)
            gone += compact_table(context, events.table, events.stored, ('event_eventTime',), None, least)
    return gone


# As many small files as a table may gather before a run makes them one: bounds what any reader has to open.
files_before_compaction = 24


def compact_what_grew(context, ledger):
    """Compacts tables that this run has written to, where they have become many small files. Nothing while a unit is half done."""
    if any(is_begun(context, unit) for unit in ledger.pending()):
        return
    written = {commit['table'] for commit in context.commits}
    compact_lake(context, [name for name in context.catalogue.tables if name in written], files_before_compaction)


def vacuum_lake(context, hours):
    """Deletes files that no version within the retention needs. Returns how many tables were looked at."""
    spark, tables = context.spark, []
    for name, table in context.catalogue.tables.items():
        tables += [context.table(name, stage) for stage in ('Ingested', 'Ingested_Corrected', 'Rejected', *table.refined)]
    tables.append(DeltaTable(context.store, spark, context.paths.digital_engagement))
    spark.conf.set('spark.databricks.delta.retentionDurationCheck.enabled', str(hours >= 168).lower())
    # Delta lists a table's files in as many tasks as this, 10,000 unless told, and reads its log in 50: most tables have ten files.
    spark.conf.set('spark.sql.sources.parallelPartitionDiscovery.parallelism', '8')
    spark.conf.set('spark.databricks.delta.snapshotPartitions', '2')
    existing = [table for table in tables if table.exists]
    with without_foreign_texts('vacuuming'):
        in_parallel(
            existing, lambda table: spark.sql(f'VACUUM delta.`{context.store.url(table.path)}` RETAIN {int(hours)} HOURS')
        )
    return len(existing)
