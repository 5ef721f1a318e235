# pool: spark3p3med
# Completes Ingested_Corrected: settles columns, types cells, rejects rows, makes keys unique (ROW7 to ROW11).

# %% [markdown]
# # Insights_schema_correction
#
# Columns are settled by the catalogue or the drop's own schema, whichever the data bears out; a row that does not fit goes to Rejected with
# its reason, raw bytes and line. Does nothing where Insights_ingest has run before: both stages come of one read.

# %% [parameters]
workspace = 'dev'
version = '1.14'

# %%
# %run Insights_py

# %%
deployment = deployment_for(workspace, version)
report = run_steps(deployment, 'correct', '')
fail_if_failed(report)
mssparkutils.notebook.exit(json.dumps(report))
