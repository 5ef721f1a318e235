# pool: spark3p3sm
# Compacts small files and deletes files that no version needs any more, with the environment's retention.

# %% [markdown]
# # Insights_maintenance
#
# Run weekly, or after a large load. Rows do not change: each table keeps its ledger and the statistics that it may have (PRIV3). A
# lake with a unit that is half done is not compacted; its next run comes first.

# %% [parameters]
workspace = 'dev'
version = '1.14'
retention_hours = ''

# %%
# %run Insights_py

# %%
deployment = deployment_for(workspace, version)
with Run(deployment) as run:
    run.open()
    is_at_rest = not any(is_begun(run.context, unit) for unit in run.ledger.pending())
    compacted = compact_lake(run.context, run.context.catalogue.tables, 4) if is_at_rest else 0
    hours = float(retention_hours or deployment.settings['vacuumRetentionHours'])
    vacuumed, deleted = vacuum_lake(run.context, hours)
    run.context.staging.clear()

# %%
mssparkutils.notebook.exit(
    json.dumps({'filesFewer': compacted, 'tablesVacuumed': vacuumed, 'filesDeleted': deleted, 'retentionHours': hours})
)
