# pool: spark3p3med
# Lands what was delivered and is not in the lake yet: unchanged bytes, with hash and rundate, recorded in the landing ledger.

# %% [markdown]
# # Insights_pre-processing
#
# The first step alone. Upstream's notebook of this name rewrote the raw membership file to give it a key; here raw files are never
# changed, and the key is derived when rows are corrected (ROW18). What is left to do before ingesting is to land.

# %% [parameters]
workspace = 'dev'
version = '1.14'
test_data_set = ''
data_share_directory = ''

# %%
# %run Insights_py

# %%
deployment = deployment_for(workspace, version)
report = run_steps(deployment, 'land', deployment.drop_folder(test_data_set, data_share_directory))
fail_if_failed(report)
mssparkutils.notebook.exit(json.dumps(report))
