# pool: spark3p3sm
# The tour for people: how a signal travels from the delivered file to Refined, and what can be read there, with pictures.

# %% [markdown]
# # Education Insights: a tour
#
# Runs from top to bottom on a lake that `0_main_insights` has filled. It changes nothing, shows no person, and reads only what
# analysts may read: Refined/general. A number that stands for fewer than five persons is left out (CELL1).

# %% [parameters]
workspace = 'dev'
version = '1.14'

# %%
# %run Insights_py

# %%
import matplotlib.pyplot as plt

deployment = deployment_for(workspace, version)
lake, paths, catalogue = deployment.store, deployment.paths, deployment.catalogue
zone = deployment.settings['timeZone']
smallest_group = 5


def general(name):
    """A general table, as Delta."""
    return spark.read.format('delta').load(lake.url(paths.table(name, 'general')))


def bars(rows, title, label):
    """A bar for each row of (name, number)."""
    names, numbers = [str(name) for name, _ in rows], [number for _, number in rows]
    figure, axes = plt.subplots(figsize=(9, max(2, 0.35 * len(rows))))
    axes.barh(names[::-1], numbers[::-1], color='#31688e')
    axes.set_title(title)
    axes.set_xlabel(label)
    figure.tight_layout()
    plt.show()


# %% [markdown]
# ## 1. What was delivered, and how many rows each stage has
#
# Stage 1 has the delivered bytes. Ingested has their cells, Ingested_Corrected the same rows with names and types; general shows them
# with pseudonyms. What a stage has fewer than the one before is in Rejected or counted as a duplicate; each commit carries that
# ledger, so the numbers below are read from logs and no row is counted again.

# %%
stages = ('Ingested', 'Ingested_Corrected', 'general')
rows = {}
for name in catalogue.tables:
    tables = [DeltaTable(lake, spark, paths.table(name, stage), f'{name}/{stage}') for stage in stages]
    rows[name] = [table.rows for table in tables]
    if tables[0].exists:
        print(f'{name:30}' + ''.join(f'{count:>12}' for count in rows[name]))

# %%
bars(
    sorted(((name, counts[2]) for name, counts in rows.items() if counts[2]), key=lambda row: -row[1])[:15],
    'Rows in Refined/general',
    'rows',
)

# %% [markdown]
# ## 2. What a pseudonym is
#
# A hashed column is called `<column>_pseudonym`: the SHA-256 of its value and the workspace's salt, which nobody sees. The same person
# has the same pseudonym in every table, so tables join. Here is the form of general's activity table, without a row of it.

# %%
general('activity').printSchema()

# %% [markdown]
# ## 3. Signals by week
#
# StartTime is UTC; a day and a week are those of the schools' own time zone (ROW16).

# %%
activity = general('activity')
# The v0.2 profile shows class ids as they are (S3); the strict one does not.
class_column = 'ClassId_pseudonym' if 'ClassId_pseudonym' in activity.columns else 'ClassId'
signals = activity.selectExpr(
    'SignalType',
    'AppName',
    'ActorRole',
    'ActorId_pseudonym AS actor',
    f'{class_column} AS class',
    f"date_trunc('week', from_utc_timestamp(StartTime, {sql_text(zone)})) AS week",
).cache()


def persons_by(frame, *columns):
    """Signals and distinct persons by some columns; groups of fewer than five persons are left out."""
    grouped = frame.groupBy(*columns).agg(
        sql_functions.count('actor').alias('signals'), sql_functions.countDistinct('actor').alias('persons')
    )
    return grouped.where(f'persons >= {smallest_group}')


weekly = persons_by(signals, 'week').orderBy('week')
display(weekly)

# %%
points = [(row['week'].date(), row['signals']) for row in weekly.toLocalIterator()]
figure, axes = plt.subplots(figsize=(9, 3))
axes.plot([week for week, _ in points], [count for _, count in points], marker='o', color='#31688e')
axes.set_title('Signals by week')
axes.tick_params(axis='x', rotation=45)
figure.tight_layout()
plt.show()

# %% [markdown]
# ## 4. What is done: distinct persons by kind of signal

# %%
kinds = persons_by(signals, 'SignalType').orderBy(sql_functions.desc('persons'))
bars([(row['SignalType'], row['persons']) for row in kinds.toLocalIterator()], 'Persons by kind of signal', 'distinct persons')

# %% [markdown]
# ## 5. Where: classes and schools
#
# A class leads to its section by `AadGroup.SectionId`, and the section to its school (ROW17): all of it in general. Of classes only
# the distribution is shown, and of schools only those with enough persons.

# %%
classes = persons_by(signals.where('class IS NOT NULL'), 'class').select('signals')
steps = [0, 50, 100, 150, 200, 250, 300, 400, 600, 1000]
counts = [row['signals'] for row in classes.toLocalIterator()]
figure, axes = plt.subplots(figsize=(9, 3))
axes.hist(counts, bins=steps, color='#31688e')
axes.set_title('Classes by number of signals')
axes.set_xlabel('signals')
figure.tight_layout()
plt.show()

# %%
groups = general('AadGroup').selectExpr('ObjectId_pseudonym AS class', 'SectionId')
sections = general('Section').selectExpr('Id AS SectionId', 'OrganizationId')
schools = general('Organization').selectExpr('Id AS OrganizationId', 'Name AS school')
placed = signals.join(groups, 'class').join(sections, 'SectionId').join(schools, 'OrganizationId')
by_school = persons_by(placed, 'school').orderBy(sql_functions.desc('signals'))
bars([(row['school'], row['signals']) for row in by_school.toLocalIterator()], 'Signals by school', 'signals')

# %% [markdown]
# ## 6. Digital Engagement
#
# Stage 3 has the same signals in OEA's common form, partitioned by year and month. Time on task is the length of a meeting.

# %%
if lake.exists(f'{paths.digital_engagement}/_delta_log'):
    events = spark.read.format('delta').load(lake.url(paths.digital_engagement))
    measured = events.where('generated_aggregateMeasure_metric_timeOnTaskSec IS NOT NULL')
    monthly = (
        measured.groupBy('year', 'month')
        .agg(
            sql_functions.countDistinct('event_actor').alias('persons'),
            sql_functions.round(sql_functions.avg('generated_aggregateMeasure_metric_timeOnTaskSec') / 60, 1).alias('minutes'),
        )
        .where(f'persons >= {smallest_group}')
        .orderBy('year', 'month')
    )
    display(monthly)
    bars(
        [(f'{row["year"]}-{row["month"]:02d}', row['minutes']) for row in monthly.toLocalIterator()],
        'Minutes in meetings',
        'average minutes',
    )

# %%
signals.unpersist()
print('The end of the tour. Nothing was changed.')
