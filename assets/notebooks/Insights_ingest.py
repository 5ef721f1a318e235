# pool: spark3p3med
# Takes everything that has landed into Ingested and Ingested_Corrected, in order of rundate.

# %% [markdown]
# # Insights_ingest
#
# Ingested has the cells as they were delivered; Ingested_Corrected the same rows with names and types. One read of each file makes
# both. The step refine completes what this one begins.

# %% [parameters]
workspace = 'dev'
version = '1.14'

# %%
# %run Insights_py

# %%
deployment = deployment_for(workspace, version)
report = run_steps(deployment, 'ingest,correct', '')
fail_if_failed(report)
mssparkutils.notebook.exit(json.dumps(report))
