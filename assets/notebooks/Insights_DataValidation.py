# pool: spark3p3sm
# Holds the lake against its own ledgers and reads every table once: keys, pseudonyms, counts. Fails when anything does not add up.

# %% [markdown]
# # Insights_DataValidation
#
# Counts only; no row is shown. Looks at all stages of one workspace and version, and raises with the names of the tables when
# something is wrong. (`insights verify` looks deeper, and from outside.)

# %% [parameters]
workspace = 'dev'
version = '1.14'

# %%
# %run Insights_py

# %%
deployment = deployment_for(workspace, version)
with Run(deployment) as run:
    run.open()
    findings = [message for message in validate_lake(run.context) if message['severity'] == 'error']
    for found in in_parallel(run.context.catalogue.tables, lambda name: validate_rows(run.context, name)):
        findings += found
    summary = [
        (name, *[run.context.table(name, stage).rows for stage in ('Ingested', 'Ingested_Corrected', 'general')])
        for name in run.context.catalogue.tables
    ]

# %%
for name, ingested, corrected, general in summary:
    print(f'{name:32} {ingested:>10} ingested {corrected:>10} corrected {general:>10} in general')

# %%
if findings:
    named = sorted({f'{finding["table"]}: {finding["message"]}' for finding in findings})
    raise InsightsError('VALIDATION_FAILED', ' '.join(named))
mssparkutils.notebook.exit(json.dumps({'outcome': 'passed', 'tables': len(summary)}))
