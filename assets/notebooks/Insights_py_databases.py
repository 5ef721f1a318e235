# Part of Insights_py: the lake databases over the tables of a workspace and version.

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
