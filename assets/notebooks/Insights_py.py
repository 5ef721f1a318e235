# pool: spark3p3sm
# The library that the other notebooks run first: the distributed engine of Education Insights, in parts of one concept each.

# %% [markdown]
# # Insights_py
#
# The engine on Spark. It does what the embedded engine of the project does (same tables, same ledgers, same rejects; the contract
# between the two is docs/lake-format.md), so that either continues what the other began. `%run Insights_py` brings all
# parts into a notebook's session, and what was deployed with them: the catalogue and the environment's settings.

# %%
# %run Insights_catalogue

# %%
# %run Insights_py_lake

# %%
# %run Insights_py_lock

# %%
# %run Insights_py_parquet

# %%
# %run Insights_py_delta

# %%
# %run Insights_py_catalogue

# %%
# %run Insights_py_records

# %%
# %run Insights_py_ledger

# %%
# %run Insights_py_drop

# %%
# %run Insights_py_erasure

# %%
# %run Insights_py_landing

# %%
# %run Insights_py_rows

# %%
# %run Insights_py_settle

# %%
# %run Insights_py_batches

# %%
# %run Insights_py_large_files

# %%
# %run Insights_py_large_rules

# %%
# %run Insights_py_large

# %%
# %run Insights_py_stages

# %%
# %run Insights_py_refined

# %%
# %run Insights_py_units

# %%
# %run Insights_py_digital_engagement

# %%
# %run Insights_py_databases

# %%
# %run Insights_py_checks

# %%
# %run Insights_py_upkeep

# %%
# %run Insights_py_deployment

# %%
# %run Insights_py_change

# %%
# %run Insights_py_report

# %%
# %run Insights_py_run

# %%
from notebookutils import mssparkutils


def deployment_for(workspace, version):
    """What was deployed, for one workspace and data version."""
    return Deployment(spark, mssparkutils.credentials, INSIGHTS_DEPLOYMENT, workspace, version)
