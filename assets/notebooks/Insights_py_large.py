# Part of Insights_py: batches that are too large for the driver.

# %%
class SparkBatch:
    pass
