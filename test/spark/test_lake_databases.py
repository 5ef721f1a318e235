"""The lake databases that the driver keeps: what it makes anew, and what it leaves alone."""

import json

import pytest

from lake import Lake

DATABASE = "ldb_jane_doe_s2r_m365_v1p14"


def places(spark):
    """Where each table of the database is."""
    names = [row.tableName for row in spark.sql(f"SHOW TABLES IN {DATABASE}").collect()]
    described = {name: spark.sql(f"DESCRIBE TABLE EXTENDED {DATABASE}.{name}").collect() for name in names}
    # After the columns, one of which may have this name.
    return {name: [row.data_type for row in rows if row.col_name == "Location"][-1] for name, rows in described.items()}


def update(lake, spark, workspace, steps="databases", **more):
    report = lake.spark(spark, workspace=workspace, steps=steps, **more)
    assert report.get("outcome") != "failed" and "error" not in report, report


@pytest.fixture(scope="module")
def lake(home, spark, small_drop):
    tables = ["Person", "Session"]
    lake = Lake(home / "databases", tables).deliver(small_drop, tables)
    place = {"test_data_set": "", "data_share_directory": "insights-test"}
    for workspace in ("jane-doe", "jane_doe"):
        update(lake, spark, workspace, "land,ingest,correct,refine", **place)
    yield lake
    for ending in ("s2i_m365_v1p14", "s2r_m365_v1p14", "s2r_m365_v1p14_sensitive"):
        spark.sql(f"DROP DATABASE IF EXISTS ldb_jane_doe_{ending} CASCADE")


def test_a_table_that_is_current_is_left_alone_and_one_too_many_is_dropped(lake, spark):
    update(lake, spark, "jane-doe")
    made = places(spark)
    assert "person" in made and "person_lookup" not in made
    spark.sql(f"CREATE TABLE {DATABASE}.dropped_from_the_catalogue (id INT) USING parquet")
    spark.sql(f"DROP TABLE {DATABASE}.session")
    update(lake, spark, "jane-doe")
    assert places(spark) == made


def test_a_sandbox_whose_name_gives_the_same_database_does_not_read_the_others_tables(lake, spark):
    update(lake, spark, "jane-doe")
    assert [place for place in places(spark).values() if "/jane-doe/" not in place] == []
    update(lake, spark, "jane_doe")
    assert [place for place in places(spark).values() if "/jane_doe/" not in place] == []
    assert "person" in places(spark)


def test_another_catalogue_makes_every_table_anew(lake, spark):
    """Serverless SQL shows the columns that a table had when it was made."""
    update(lake, spark, "jane-doe")
    spark.sql(f"DROP TABLE {DATABASE}.person")
    # Stands for a table of an earlier catalogue: the right name, other columns.
    spark.sql(f"CREATE TABLE {DATABASE}.person (of_an_earlier_catalogue INT) USING parquet")
    spark.sql(f"ALTER DATABASE {DATABASE} SET DBPROPERTIES ('insights.made_from' = 'an earlier catalogue')")
    update(lake, spark, "jane-doe")
    assert "Id_pseudonym" in spark.table(f"{DATABASE}.person").columns


def test_the_reset_drops_the_databases_of_its_workspace_and_leaves_the_files(lake, spark):
    update(lake, spark, "jane-doe")
    files = [path for path in lake.files() if "/reports/" not in path]
    session = lake.session(spark)
    dropped = json.loads(session.run("Insights_driver", workspace="jane-doe", version="1.14", steps="drop_databases"))["dropped"]
    assert dropped == ["ldb_jane_doe_s2i_m365_v1p14", DATABASE, f"{DATABASE}_sensitive"]
    left = [row.namespace for row in spark.sql("SHOW DATABASES LIKE 'ldb_jane_doe*'").collect()]
    assert left == []
    assert [path for path in lake.files() if "/reports/" not in path] == files
