# pool: spark3p3med
# One run in one Spark session: lands, ingests, corrects, refines, derives digital engagement, validates and updates the lake databases. Exits with the run report.

# %% [markdown]
# # Insights_driver
#
# What `0_main_insights` runs. `steps` names what is done, in this order: land, ingest, correct, refine, digital_engagement, validate,
# databases; `drop_databases` alone removes the lake databases. A held snapshot is released by `confirm_rundate` (ROW5), a batch that
# cannot be mended is skipped by `quarantine_rundate` with a reason (ROW6). Running it again changes nothing.

# %% [parameters]
workspace = 'dev'
version = '1.14'
test_data_set = ''
data_share_directory = ''
steps = 'land,ingest,correct,refine,digital_engagement,validate,databases'
confirm_rundate = ''
quarantine_rundate = ''
quarantine_reason = ''
run_id = ''

# %%
# %run Insights_py

# %%
deployment = deployment_for(workspace, version)
if steps == 'drop_databases':
    mssparkutils.notebook.exit(json.dumps({'dropped': drop_lake_databases(spark, deployment.paths)}))
report = run_steps(
    deployment,
    steps,
    deployment.drop_folder(test_data_set, data_share_directory),
    run_id,
    confirm_rundate,
    quarantine_rundate,
    quarantine_reason,
)

# %%
fail_if_failed(report)
mssparkutils.notebook.exit(json.dumps(report))
