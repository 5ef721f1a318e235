# pool: spark3p3med
# Renders Refined: general with pseudonyms, sensitive with the lookups, then Digital Engagement in stage 3.

# %% [markdown]
# # Insights_refine
#
# Treatments are those of the catalogue's profile; the salt comes from Key Vault and stays in memory (PRIV3, PRIV4).

# %% [parameters]
workspace = 'dev'
version = '1.14'

# %%
# %run Insights_py

# %%
deployment = deployment_for(workspace, version)
report = run_steps(deployment, 'refine,digital_engagement', '')
fail_if_failed(report)
mssparkutils.notebook.exit(json.dumps(report))
