# Part of Insights_py: stage 3.

# %%
pass
