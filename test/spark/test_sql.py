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
    r"REVOKE ADMINISTER DATABASE BULK OPERATIONS FROM|CREATE (MASTER KEY|ROLE|USER|DATABASE SCOPED CREDENTIAL)|DROP (EXTERNAL DATA SOURCE|USER)|"
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


def executed(text):
    """What a text runs as text, at any depth."""
    found = [inner.replace("''", "'") for inner in re.findall(r"EXEC \(N'((?:[^']|'')*)'\)", text)]
    return found + [deeper for inner in found for deeper in executed(inner)]


def texts_of(rendered):
    """Every text that SQL gets, with the name of its batch: the batches, and what they run as text."""
    return [(batch["name"], text) for batch in rendered["statements"] for text in (batch["text"], *executed(batch["text"]))]


def view_texts(rendered):
    return [text for _, text in texts_of(rendered) if text.startswith("CREATE OR ALTER VIEW ")]


def is_over_views(text):
    return text.startswith("CREATE OR ALTER VIEW [dbo].[report_")


def views(rendered):
    """(zone, name, declared columns, the view over a plain table) of each view over files: sqlglot knows OPENROWSET without BULK only."""
    found = []
    for text in view_texts(rendered):
        if is_over_views(text):
            continue
        rows = OPENROWSET.search(text)
        assert rows is not None, text[:200]
        (columns,) = parsed(f"CREATE TABLE t (\n{rows['columns']}\n)")
        found.append((rows["source"], rows["file"], columns, text))
    return found


def test_every_batch_is_t_sql(rendered):
    assert len(rendered["statements"]) >= 6
    looked_at = 0
    for name, text in texts_of(rendered):
        # The grammar has no TRY … CATCH, THROW and DENY: what stands between is read as it is, what is thrown as a row.
        plain = re.sub(r"^(BEGIN|END) (TRY|CATCH);?$", "", text, flags=re.MULTILINE)
        plain = re.sub(r"\bTHROW (\d+, .+?, 1;)", r"SELECT \1", plain)
        plain = re.sub(r"^DENY (.+?) TO ", r"REVOKE \1 FROM ", plain, flags=re.MULTILINE)
        # A step at a time: the parser recurses with each statement of a batch.
        steps = [] if text.startswith("CREATE OR ALTER VIEW ") else re.split(r"(?=^SET @step)", plain, flags=re.MULTILINE)
        for tree in (tree for step in steps for tree in parsed(step)):
            looked_at += 1
            for command in tree.find_all(exp.Command):
                assert WITHOUT_TREE.match(command.sql("tsql")), (name, command.sql("tsql")[:200])
    assert looked_at > 300


def test_every_view_selects_columns_that_it_declares(rendered):
    assert len(views(rendered)) == 2 * 39
    for _, file, columns, text in views(rendered):
        (tree,) = parsed(OPENROWSET.sub("[files] AS r", text))
        assert isinstance(tree, exp.Create) and tree.kind == "VIEW" and tree.this.name == file
        schema = {column.name: column.kind.sql("tsql") for column in columns.find_all(exp.ColumnDef)}
        # A database in a binary collation tells names apart by case.
        dialect = "tsql, normalization_strategy=case_sensitive"
        qualified = qualify(tree.expression.copy(), schema={"files": schema}, dialect=dialect, validate_qualify_columns=True)
        names = [projection.alias_or_name for projection in qualified.expressions]
        assert names[: len(schema)] == list(schema)
        assert names[len(schema) :] == (["Day", "Week", "Hour"] if file == "activity" else [])


def test_views_for_reports_select_columns_of_the_views_that_they_read(rendered):
    """ROW16, ROW17: they read no file of their own, so that they can show nothing that the views over general do not."""
    columns_of = {}
    for _, file, _, text in views(rendered):
        (tree,) = parsed(OPENROWSET.sub("[files] AS r", text))
        columns_of[file] = {projection.alias_or_name: "text" for projection in tree.expression.selects}
    reports = [text for text in view_texts(rendered) if is_over_views(text)]
    assert len(reports) == 2 * 2
    for text in reports:
        (tree,) = parsed(text)
        assert isinstance(tree, exp.Create) and tree.kind == "VIEW" and "OPENROWSET" not in text
        own = {common.alias for common in tree.find_all(exp.CTE)}
        read = {table.name for table in tree.expression.find_all(exp.Table)} - own
        assert read <= set(columns_of), read
        dialect = "tsql, normalization_strategy=case_sensitive"
        qualify(tree.expression.copy(), schema={name: columns_of[name] for name in read}, dialect=dialect, validate_qualify_columns=True)


def test_text_is_sized_and_in_the_collation_of_the_lake(rendered):
    types = set()
    for _, _, columns, text in views(rendered):
        types |= {column.kind.sql("tsql") for column in columns.find_all(exp.ColumnDef)}
        assert text.count("VARCHAR(") == text.count("COLLATE Latin1_General_100_BIN2_UTF8")
    assert types == {"VARCHAR(1)", "VARCHAR(16)", "VARCHAR(64)", "VARCHAR(256)", "VARCHAR(4000)", "DATETIME2(6)", "DATE", "BIT", "INTEGER", "SMALLINT", "FLOAT"}


def test_a_batch_of_general_names_general_and_nothing_else(rendered):
    """ACCESS4: the one data source of a database is that of its zone, whatever else its batches run."""
    for batch in rendered["statements"]:
        texts = [batch["text"], *executed(batch["text"])]
        sources = {source for text in texts for source in re.findall(r"DATA_SOURCE = N'+(\w+)'", text)}
        zone = "sensitive" if batch["database"].endswith("_sensitive") else "general"
        assert sources <= {f"insights_refined_{zone}"}, batch["name"]
        if zone == "general" and batch["database"] != "master":
            assert not any("insights_refined_sensitive" in text or "/sensitive" in text for text in texts)


def test_local_time_is_that_of_the_zone(rendered):
    """ROW16: the offsets in the view of activity against Python's own data of time zones, an hour at a time around each change."""
    zone = zoneinfo.ZoneInfo(ZONE)
    text = next(text for _, file, _, text in views(rendered) if file == "activity")
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


def test_lake_databases_over_a_lake(rendered, spark, processed):
    """The statements themselves, run twice, over tables that the embedded engine wrote."""
    lake, name = processed("k12")[0], rendered["lake"][1]["name"]
    chosen = [table for table in rendered["lake"][1]["tables"] if table["name"] in ("activity", "Person", "PersonRelationship")]
    assert len(chosen) == 3
    statements = [text for text in rendered["lake"][1]["statements"] if "DATABASE" in text or any(f".`{table['name']}`" in text for table in chosen)]
    for statement in statements * 2:
        spark.sql(statement.replace("abfss://oea@stoeatest.dfs.core.windows.net/", f"{(lake.root / 'oea').as_uri()}/"))
    try:
        counts = {table["name"]: spark.table(f"`{name}`.`{table['name']}`").count() for table in chosen}
        assert counts == {table["name"]: lake.rows(table["path"]) for table in chosen}
    finally:
        spark.sql(f"DROP DATABASE `{name}` CASCADE")
