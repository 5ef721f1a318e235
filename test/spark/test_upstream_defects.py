"""
The defects that an execution of upstream's notebooks showed on its own K-12 set (upstream baseline, §3 to §5), each with the
figure that was measured there, and ours on the same files. docs/upstream-defects.md has them as a table.
"""

import csv
import shutil

import pytest

from conftest import UPSTREAM
from lake import PROJECT, Lake, differences

pytestmark = pytest.mark.skipif(not UPSTREAM.exists(), reason="../shared/upstream/k12 is not here")
GENERAL = "oea/dev/stage2/Refined/M365/v1.14/general"
SENSITIVE = "oea/dev/stage2/Refined/M365/v1.14/sensitive"
table = []


def fixed(defect, theirs, ours, wanted):
    """Notes the figures of a defect; ours has to be what is wanted, which upstream's was not."""
    table.append((defect, theirs, ours))
    assert ours == wanted
    assert theirs != wanted


def errors(report):
    """What a report says is wrong, a table and a code each."""
    found = {f"{message['table']} {message['code']}" for message in report["messages"] if message["severity"] == "error"}
    return ", ".join(sorted(found)) or "none"


@pytest.fixture(scope="module")
def lake(processed):
    return processed("upstream k12")[2]


def column(lake, place, name):
    return lake.table(place).to_pyarrow_table(columns=[name])[name]


def rows_of(folder, name):
    (file,) = sorted((folder / "M365" / "roster").glob(f"*/{name}/*.csv"))
    with open(file, encoding="utf-8", newline="") as delivered:
        return list(csv.reader(delivered)), file


def changed_day(home, name, change):
    """Upstream's drop with a roster of the next day, in which `change` edits the rows of tables."""
    drop = home / f"upstream-{name}"
    shutil.copytree(UPSTREAM, drop)
    roster = drop / "M365" / "roster"
    newest = max(path for path in roster.iterdir() if path.is_dir())
    day = roster / f"{newest.name[:8]}{int(newest.name[8:10]) + 1:02d}{newest.name[10:]}"
    shutil.copytree(newest, day)
    for table_name, edit in change.items():
        (file,) = (day / table_name).glob("*.csv")
        with open(file, encoding="utf-8", newline="") as delivered:
            rows = edit(list(csv.reader(delivered)))
        with open(file, "w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows(rows)
    return drop


def test_d1_memberships_are_kept(lake):
    fixed("D1: memberships in Refined, of 3,600", 87, lake.totals("AadGroupMembership")["general"], 3600)


def test_d2_lookups_of_masked_values_are_written(lake):
    seven = ("PersonDemographicEthnicity", "PersonDemographicPersonFlag", "PersonDemographicRace", "PersonEmailAddress", "PersonIdentifier", "PersonOrganizationRole", "PersonPhoneNumber")
    written = [name for name in seven if lake.totals(name)["sensitive"] is not None]
    fixed("D2: lookups written, of 7 tables with masked values", 0, len(written), 7)


def test_d3_aaduser_reaches_refined(lake):
    fixed("D3: AadUser in Refined, of 600", 0, lake.totals("AadUser")["general"], 600)


def test_d5_corrected_activity_does_not_grow(lake, spark, home):
    again = lake.copy(home / "upstream-again")
    for _ in range(2):
        again.spark(spark)
    fixed("D5: activity in Corrected after three runs, of 20,000", 60000, again.totals("activity")["Corrected"], 20000)


def test_d6_every_landed_batch_is_ingested(home, spark):
    drop = home / "upstream-d6"
    shutil.copytree(UPSTREAM, drop)
    (file,) = (drop / "M365" / "activity").rglob("*.csv")
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(lines[:100]), encoding="utf-8")
    later = file.parent.parent / "2022-01-29" / file.name
    later.parent.mkdir()
    later.write_text("".join(lines[100:250]), encoding="utf-8")
    lake = Lake(home / "d6", []).deliver(drop, [])
    lake.spark(spark, steps="land")
    lake.spark(spark)
    fixed("D6: rows ingested of two batches landed before one ingest, of 250", 150, lake.totals("activity")["Ingested"], 250)


@pytest.fixture(scope="module")
def next_day(lake, home, spark):
    """Ten persons and one group fewer, and a relationship more."""
    persons, _ = rows_of(UPSTREAM, "Person")
    gone = {row[0] for row in persons[:10]}
    groups, _ = rows_of(UPSTREAM, "AadGroup")
    group = groups[0][0]
    change = {
        "AadUser": lambda rows: [[*row, ""] for row in rows],
        "Person": lambda rows: [row for row in rows if row[0] not in gone],
        "AadGroupMembership": lambda rows: [row for row in rows if row[0] != group],
        "PersonRelationship": lambda rows: [*rows, ["900001", "2022-01-29", persons[20][0], "guardian", persons[21][0]]],
    }
    changed = lake.copy(home / "upstream-next")
    changed.deliver(changed_day(home, "next-day", change))
    report = changed.spark(spark)
    return changed, report, gone, group


def test_n2_a_snapshot_may_gain_a_trailing_column(next_day):
    """AadUser comes with 12 columns and then, as a real export has them, with 13."""
    lake, report, _, _ = next_day
    fixed("N2: outcome when AadUser gains its 13th column", "schema mismatch", report["outcome"], "succeeded")
    assert lake.totals("AadUser")["general"] == 600


def test_d8_who_left_the_snapshot_leaves_refined(next_day):
    lake, report, gone, _ = next_day
    assert report["outcome"] == "succeeded", report["messages"]
    fixed("D8: persons in Refined after 10 left, of 590", 600, lake.totals("Person")["general"], 590)
    assert gone & set(column(lake, f"{SENSITIVE}/Person_lookup", "Id").to_pylist()) == set()


def test_d9_a_removed_group_is_not_ingested_again(next_day, lake):
    changed = next_day[0]
    memberships, _ = rows_of(UPSTREAM, "AadGroupMembership")
    left = len([row for row in memberships if row[0] != next_day[3]])
    fixed(f"D9: memberships ingested after a group left, of {left:,}", 7162, changed.totals("AadGroupMembership")["Ingested"], left)
    landed = list((changed.root / "oea/dev/stage1").rglob("AadGroupMembership/*/*/*.csv"))
    fixed("D9: original files of two deliveries still landed, of 2", 0, len(landed), 2)


def test_d10_relationships_are_ingested(next_day):
    fixed("D10: landed rows of PersonRelationship that are ingested, of 1", 0, next_day[0].totals("PersonRelationship")["Ingested"], 1)


def test_d13_dates_of_the_united_states_are_read(lake):
    place = "oea/dev/stage2/Ingested_Corrected/M365/v1.14"
    for name, upstream_rows in (("Course", 87), ("Organization", 6)):
        nulls = column(lake, f"{place}/{name}", "FirstSeenDateTime").null_count
        fixed(f"D13: {name} without a time, of {upstream_rows}", upstream_rows, nulls, 0)


def test_d14_collisions_are_kept_where_they_can_be_looked_at(lake):
    for name, theirs in (("PersonEmailAddress", 598), ("PersonPhoneNumber", 599), ("PersonDemographicEthnicity", 599), ("PersonDemographicPersonFlag", 599)):
        rejected = lake.rows(f"oea/dev/stage2/Rejected/M365/v1.14/{name}") or 0
        kept = lake.totals(name)["Ingested"]
        fixed(f"D14: rows of {name} in Ingested or Rejected, of 600", theirs, max(kept, lake.totals(name)["Corrected"] + rejected), 600)
        assert lake.totals(name)["Corrected"] + rejected == 600


def test_s1_to_s3_no_raw_identifier_is_beside_its_pseudonym(lake):
    users = set(cell for row in rows_of(UPSTREAM, "AadUser")[0] for cell in row if len(cell) == 36)
    groups = {row[0] for row in rows_of(UPSTREAM, "AadGroup")[0]}
    shown = set(column(lake, f"{GENERAL}/PersonOrganizationRole", "ExternalId_pseudonym").to_pylist())
    fixed("S1: raw directory ids in PersonOrganizationRole, of 600", 600, len(shown & users), 0)
    members = column(lake, f"{GENERAL}/AadGroupMembership", "MembershipId_pseudonym").to_pylist()
    fixed("S2: raw group ids in AadGroupMembership, of 87", 87, sum(any(group in value for value in members[:200]) for group in groups), 0)
    classes = column(lake, f"{GENERAL}/activity", "ClassId_pseudonym").to_pylist()
    fixed("S3: raw class ids in activity, of 20,000", 20000, sum(value in groups for value in classes), 0)


def test_d4_every_table_is_ingested(lake):
    ingested = [place for place in lake.tables() if "/Ingested/" in place]
    fixed("D4 (head): tables ingested, of 28", 0, len(ingested), 28)


def test_d7_an_unchanged_run_works_on_no_table(lake, spark, home):
    again = lake.copy(home / "upstream-unchanged")
    report = again.spark(spark)
    fixed("D7: tables worked on by an unchanged run, of 28", 25, len(report["tables"]), 0)


def test_d11_columns_in_the_order_of_the_drops_own_schema_do_not_shift(home, spark):
    """PersonDemographic in CDM order, without LastSeenDateTime: upstream reads postcodes as cities and raises no error."""
    drop = home / "upstream-d11"
    shutil.copytree(UPSTREAM, drop)
    for file in (drop / "M365" / "roster").glob("*/PersonDemographic/*.csv"):
        with open(file, encoding="utf-8", newline="") as delivered:
            rows = [row[:4] + row[5:] + [row[4]] for row in csv.reader(delivered)]
        with open(file, "w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows(rows)
    lake = Lake(home / "d11", ["PersonDemographic"]).deliver(drop, ["Person", "PersonDemographic", "RefDefinition"])
    report = lake.spark(spark)
    told = [message["code"] for message in report["messages"] if message.get("table") == "PersonDemographic" and message["severity"] == "error"]
    general = lake.totals("PersonDemographic")["general"]
    fixed("D11: rows with shifted columns in Refined, of 600", 600, 0 if general is None and told else general, 0)


def test_d20_lake_databases_are_made_and_keep_lookups_apart(lake, spark):
    lake.spark(spark, steps="databases")
    tables = [row.tableName for row in spark.sql("SHOW TABLES IN ldb_dev_s2r_m365_v1p14").collect()]
    fixed("D20: general tables in the lake database, of 28", 0, len([name for name in tables if not name.endswith("_lookup")]), 28)
    fixed("S8: lookups in the lake database of general tables", 3, len([name for name in tables if name.endswith("_lookup")]), 0)


def test_d21_an_empty_folder_is_no_error(lake, home, spark):
    again = lake.copy(home / "upstream-d21")
    (again.drop / "M365" / "activity" / "2022-01-30").mkdir()
    fixed("D21: a run that meets an empty folder", "IndexError", again.spark(spark)["outcome"], "nothing to do")


def test_s4_an_unlisted_column_never_passes(home, spark):
    drop = home / "upstream-s4"
    shutil.copytree(UPSTREAM, drop)
    (file,) = (drop / "M365" / "roster").glob("*/Person/*.csv")
    with open(file, encoding="utf-8", newline="") as delivered:
        rows = [[*row, "unlisted"] for row in csv.reader(delivered)]
    with open(file, "w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)
    report = Lake(home / "s4", ["Person"]).deliver(drop, ["Person"]).spark(spark)
    fixed("S4: a column that nobody listed", "comes out in the clear", errors(report), "Person COLUMNS_TOO_MANY")


def test_o5_validation_finds_memberships_that_are_lost(lake, home, spark):
    damaged = lake.copy(home / "upstream-o5")
    place = f"{GENERAL}/AadGroupMembership"
    keep = column(damaged, place, "MembershipId_pseudonym").to_pylist()[:87]
    damaged.table(place).delete("MembershipId_pseudonym NOT IN (" + ", ".join(f"'{key}'" for key in keep) + ")")
    report = damaged.spark(spark, steps="validate")
    fixed("O5: what validation finds when 3,513 memberships are lost", "none", errors(report), "AadGroupMembership VALIDATION_FAILED")
    assert "RUN_FAILED" in report["error"]


def test_o7_a_header_line_is_no_row(home, spark, scenarios):
    scenario = scenarios["header-row"]
    lake = Lake(home / "o7", scenario["requiredTables"]).deliver(scenario["drops"][-1])
    report = lake.spark(spark)
    flows = [flow for flow in report["tables"] if "header_row" in flow["rejected"]]
    refined = sum(flow["corrected"] + flow["duplicates"] + sum(flow["rejected"].values()) - flow["landed"] for flow in flows)
    assert flows
    fixed("O7: header lines that became rows", 2, refined, 0)


def test_n6_a_file_delivered_again_at_once_has_a_rundate_of_its_own(lake, home, spark):
    again = lake.copy(home / "upstream-n6")
    (file,) = (again.drop / "M365" / "activity").rglob("*.csv")
    text = file.read_text(encoding="utf-8")
    file.write_text(text + text.splitlines(keepends=True)[0].replace(text.split(",")[3], "00000000-0000-0000-0000-000000000001", 1), encoding="utf-8")
    report = again.spark(spark)
    fixed("N6: the same file again within a second", "error", report["outcome"], "succeeded")
    assert again.totals("activity")["general"] == 20001


def test_n7_every_notebook_with_parameters_marks_their_cell():
    import notebooks

    source = notebooks.FOLDER.joinpath("Insights_DataValidation.py").read_text()
    marked = [kind for kind, _, _ in notebooks.cells(source)].count("parameters")
    fixed("N7: marked parameter cells of Insights_DataValidation", 0, marked, 1)


def test_s8_lookups_are_not_among_general_tables(lake):
    names = [place.name for place in (lake.root / GENERAL).iterdir()]
    fixed("S8: lookups beside general tables", 3, len([name for name in names if name.endswith("_lookup")]), 0)


def test_n1_one_bad_table_does_not_stop_the_others_unsaid(home, spark):
    """A membership file without its sixth column: upstream ingested one table of 26 and said nothing that names the table."""
    memberships, _ = rows_of(UPSTREAM, "AadGroupMembership")
    drop = home / "upstream-n1"
    shutil.copytree(UPSTREAM, drop)
    (file,) = (drop / "M365" / "roster").glob("*/AadGroupMembership/*.csv")
    with open(file, "w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(row[:3] for row in memberships)
    tables = ["AadGroup", "AadGroupMembership", "AadUser", "Person", "PersonEmailAddress", "RefDefinition"]
    lake = Lake(home / "n1", tables).deliver(drop, tables)
    report = lake.spark(spark)
    fixed("N1: what is said of a bad file", "none", errors(report), "AadGroupMembership COLUMNS_TOO_FEW")
    assert lake.totals("AadGroupMembership")["general"] is None
    assert lake.totals("activity")["general"] == 20000


def test_n3_columns_are_those_of_the_catalogue(lake):
    absent = [f"{name}.{wanted}" for name, wanted in (("Course", "Code"), ("Section", "Location")) if wanted not in lake.table(f"{GENERAL}/{name}").schema().to_arrow().names]
    fixed("N3: columns absent from Refined", "Course.Code, Section.Location", ", ".join(absent) or "none", "none")


def test_n5_a_run_with_nothing_new_writes_no_file(lake, home, spark):
    again = lake.copy(home / "upstream-files")
    count = lambda: len([path for path in again.files() if path.endswith(".parquet")])
    before = count()
    again.spark(spark)
    fixed("N5: parquet files more after an unchanged run", 81, count() - before, 0)


def test_both_engines_agree_on_the_changed_day(next_day, processed, home):
    """What is shown above holds for the embedded engine too."""
    embedded = processed("upstream k12")[0].copy(home / "upstream-next-embedded")
    shutil.rmtree(embedded.drop)
    shutil.copytree(next_day[0].drop, embedded.drop)
    embedded.embedded()
    assert differences(embedded, next_day[0]) == []


def test_the_document_has_these_figures(request):
    """Every figure of this run is in docs/upstream-defects.md; when all tests ran, the document has no other one."""
    figures = [f"| {what} | {theirs} | {ours} |" for what, theirs, ours in table]
    document = (PROJECT / "docs" / "upstream-defects.md").read_text(encoding="utf-8").splitlines()
    documented = document[document.index("| --- | --- | --- |") + 1 :]
    assert [line for line in figures if line not in documented] == []
    tests = {item.name for item in request.session.items if item.module is request.module}
    if tests == {name for name in vars(request.module) if name.startswith("test_")}:
        assert figures == documented
