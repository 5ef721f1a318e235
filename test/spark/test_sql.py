"""T-SQL and Spark SQL that is rendered from the catalogue, read by a parser of each dialect (sqlglot), and the times by Python's own zones."""

import datetime
import json
import re
import subprocess
import zoneinfo

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify

from lake import PROJECT

ZONE = "Europe/Berlin"
OPENROWSET = re.compile(
    r"OPENROWSET\(BULK N'(?P<file>\w+)', DATA_SOURCE = N'(?P<source>\w+)', FORMAT = 'DELTA'\) WITH \(\n(?P<columns>.*?)\n\) AS r", re.DOTALL
)
# Statements that sqlglot's grammar of T-SQL has no tree for; their form is tested in test/catalogue/t-sql.test.ts.
WITHOUT_TREE = re.compile(
    r"(ALTER ROLE \[insights_readers\] (ADD|DROP) MEMBER|GRANT (SELECT ON OBJECT|REFERENCES ON DATABASE SCOPED CREDENTIAL)::|"
    r"REVOKE ADMINISTER DATABASE BULK OPERATIONS FROM|CREATE (MASTER KEY|ROLE|USER|DATABASE SCOPED CREDENTIAL)|DROP EXTERNAL DATA SOURCE|"
    r"ALTER DATABASE \[|CREATE DATABASE \[|THROW 5000|EXEC \()"
)


@pytest.fixture(scope="module")
def rendered():
    run = subprocess.run(
        ["node", "--import", "tsx", str(PROJECT / "test" / "spark" / "render-sql.ts"), ZONE], cwd=PROJECT, check=True, capture_output=True, text=True
    )
    return json.loads(run.stdout)


def parsed(text, dialect="tsql"):
    return [tree for tree in sqlglot.parse(text, read=dialect, error_level=sqlglot.ErrorLevel.RAISE) if tree is not None]


def executed(tree):
    """What a text that is executed says, at any depth."""
    found = re.findall(r"EXEC \(N'((?:[^']|'')*)'\)", tree)
    texts = [text.replace("''", "'") for text in found]
    return texts + [inner for text in texts for inner in executed(text)]


def view_of(statement):
    """A view's columns with their types, and its SELECT over a plain table: the grammar knows OPENROWSET without BULK only."""
    found = OPENROWSET.search(statement["text"])
    assert found is not None, statement["name"]
    columns = parsed(f"CREATE TABLE t (\n{found['columns']}\n)")[0]
    select = OPENROWSET.sub("[files] AS r", statement["text"])
    return found, columns, parsed(select)


def views(rendered):
    return [statement for statement in rendered["statements"] if ": view " in statement["name"]]


def test_every_batch_is_t_sql(rendered, caplog):
    assert len(rendered["statements"]) > 80
    for statement in rendered["statements"]:
        if ": view " in statement["name"]:
            continue
        for text in (statement["text"], *executed(statement["text"])):
            for tree in parsed(text):
                for command in tree.find_all(exp.Command):
                    assert WITHOUT_TREE.match(command.sql("tsql")), (statement["name"], command.sql("tsql")[:200])


def test_every_view_selects_columns_that_it_declares(rendered):
    assert len(views(rendered)) == 2 * 39
    for statement in views(rendered):
        found, columns, trees = view_of(statement)
        assert len(trees) == 1 and isinstance(trees[0], exp.Create) and trees[0].kind == "VIEW", statement["name"]
        schema = {column.name: column.kind.sql("tsql") for column in columns.find_all(exp.ColumnDef)}
        query = trees[0].expression  # A database in a binary collation tells names apart by case.
        qualified = qualify(query.copy(), schema={"files": schema}, dialect="tsql, normalization_strategy=case_sensitive", validate_qualify_columns=True)
        names = [projection.alias_or_name for projection in qualified.expressions]
        assert names[: len(schema)] == list(schema)
        assert names[len(schema) :] == (["Day", "Week", "Hour"] if found["file"] == "activity" else [])


def test_text_is_sized_and_in_the_collation_of_the_lake(rendered):
    types = set()
    for statement in views(rendered):
        found, columns, _ = view_of(statement)
        types |= {column.kind.sql("tsql") for column in columns.find_all(exp.ColumnDef)}
        assert found["columns"].count("VARCHAR(") == found["columns"].count("COLLATE Latin1_General_100_BIN2_UTF8")
    assert types <= {"VARCHAR(1)", "VARCHAR(16)", "VARCHAR(64)", "VARCHAR(256)", "VARCHAR(4000)", "DATETIME2(6)", "DATE", "BIT", "INTEGER", "SMALLINT", "BIGINT", "FLOAT"}


def test_a_view_of_general_reads_general_and_nothing_else(rendered):
    for statement in rendered["statements"]:
        sources = set(re.findall(r"DATA_SOURCE = N'(\w+)'", statement["text"]))
        zone = statement["name"].partition(":")[0]
        assert sources <= {f"insights_refined_{zone}"}, statement["name"]


def test_local_time_is_that_of_the_zone(rendered):
    """ROW16: the offsets in the view of activity against Python's own data of time zones, an hour at a time around each change."""
    zone = zoneinfo.ZoneInfo(ZONE)
    text = next(statement["text"] for statement in views(rendered) if statement["name"] == "general: view activity")
    rows = re.findall(r"CAST\('([^']+)' AS DATETIME2\(6\)\) AS \[From\], CAST\('([^']+)' AS DATETIME2\(6\)\) AS \[Until\], (-?\d+) AS \[Minutes\]", text)
    assert len(rows) == len(rendered["offsets"]) > 50
    looked_at = 0
    for start, end, minutes in rows:
        for bound in (start, end):
            if bound.startswith(("0001", "9999")):
                continue
            for hours in range(-3, 4):
                instant = datetime.datetime.fromisoformat(bound).replace(tzinfo=datetime.timezone.utc) + datetime.timedelta(hours=hours)
                if start <= instant.strftime("%Y-%m-%dT%H:%M:%S") < end and instant.year < 2037:
                    assert instant.astimezone(zone).utcoffset() == datetime.timedelta(minutes=int(minutes)), instant
                    looked_at += 1
    assert looked_at > 200


def test_lake_databases_are_spark_sql(rendered):
    statements = [statement for database in rendered["lake"] for statement in database["statements"]]
    assert len(statements) > 150
    for statement in statements:
        (tree,) = parsed(statement, "spark")
        assert isinstance(tree, (exp.Create, exp.Drop)), statement


def test_lake_databases_over_a_lake(rendered, home, spark, processed):
    """The statements themselves, over the tables that the embedded engine wrote."""
    lake = processed("k12")[0]
    database = rendered["lake"][1]
    for statement in database["statements"] * 2:
        local = statement.replace("abfss://oea@stoeatest.dfs.core.windows.net/", f"{(lake.root / 'oea').as_uri()}/")
        spark.sql(local)
    try:
        for table in database["tables"]:
            assert spark.table(f"`{database['name']}`.`{table['name']}`").count() == lake.rows(table["path"])
    finally:
        spark.sql(f"DROP DATABASE `{database['name']}` CASCADE")
