# Part of Insights_py: what a run checks after itself.

# %% [markdown]
# ## Checks
#
# After each run the logs are held against each other: no row is read for that, because every commit carries its ledger.


# %%
def validate_lake(context, names=None):
    """Looks at the tables of these names, all for None. Messages of severity `error` for what does not add up; one of severity `information` that says how much was looked at."""
    findings, examined = [], 0

    def fail(table, message):
        findings.append({'severity': 'error', 'code': 'VALIDATION_FAILED', 'message': message, 'table': table})

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
                    {'severity': 'error', 'code': 'VALIDATION_FAILED', 'message': f'{count} {what} in {stage}.', 'table': name}
                )
    return findings
