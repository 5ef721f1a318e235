"""Days in the life of a lake, on Spark and on both engines in turn: what changed, what left, what is done again, what was interrupted."""

import csv
import os
import shutil
import signal
import subprocess
import sys

import pytest

import session
from conftest import DROPS
from lake import PROJECT, SALT, SHARE, Lake, differences, project

REFINED = "oea/dev/stage2/Refined/M365/v1.14"


def two_days(spark, lake, drops, engines):
    for drop, engine in zip(drops, engines):
        lake.deliver(drop)
        report = lake.spark(spark) if engine == "spark" else lake.embedded()
        assert report["outcome"] == "succeeded", report["messages"]
    return report


@pytest.fixture(scope="module")
def undisturbed(home, spark):
    """Lakes of the embedded engine alone, by their drops; each made once."""
    made = {}

    def get(name, drops, required_tables=None):
        if name not in made:
            made[name] = Lake(home / "undisturbed" / name, required_tables)
            two_days(spark, made[name], drops, ["embedded"] * len(drops))
        return made[name]

    return get


def verified(lake):
    (report,) = project("verify", [{"lake": str(lake.root)}])
    return [(check["check"], check["findings"][:3]) for check in report["checks"] if check["status"] == "failed"]


@pytest.mark.parametrize("engines", [("embedded", "spark"), ("spark", "embedded")], ids="-then-".join)
@pytest.mark.parametrize("name", ["activity-again", "roster-delta", "withdrawn"])
def test_each_engine_continues_a_lake_that_the_other_started(home, spark, scenarios, undisturbed, name, engines):
    scenario = scenarios[name]
    expected = undisturbed(name, scenario["drops"], scenario["requiredTables"])
    lake = Lake(home / "continued" / name / "-".join(engines), scenario["requiredTables"])
    two_days(spark, lake, scenario["drops"], engines)
    assert differences(expected, lake) == []
    assert lake.landing_ledger() == expected.landing_ledger()
    assert verified(lake) == []


def test_a_run_with_nothing_new_changes_no_file(spark, processed, home):
    lake = processed("k12")[2].copy(home / "unchanged")
    before = {path: (lake.root / path).read_bytes() for path in lake.files() if "/reports/" not in path}
    report = lake.spark(spark)
    assert report["outcome"] == "nothing to do"
    after = {path: (lake.root / path).read_bytes() for path in lake.files() if "/reports/" not in path}
    assert sorted(after) == sorted(before)
    assert [path for path in before if after[path] != before[path]] == []


def test_a_withdrawn_student_leaves_refined_and_a_replay_brings_nothing_back(home, spark, processed):
    """ROW15: a snapshot without one student; structure stays, and the same drop again changes nothing."""
    embedded, _, distributed, _ = processed("k12")
    lake = distributed.copy(home / "withdrawn")
    student, pseudonym = leaver(lake)
    drop = home / "withdrawn-drop"
    withdraw(drop, student)
    two_days(spark, lake, [drop], ["spark"])
    for table, column in (("Person", "Id_pseudonym"), ("Enrollment", "PersonId_pseudonym"), ("PersonOrganizationRole", "PersonId_pseudonym")):
        assert pseudonym not in values(lake, f"{REFINED}/general/{table}", column)
    assert student not in values(lake, f"{REFINED}/sensitive/Person_lookup", "Id")
    assert lake.totals("Person") == {"Ingested": 599, "Corrected": 599, "general": 599, "sensitive": 599}
    content = {place: lake.content(place) for place in lake.tables()}
    report = lake.spark(spark)
    assert report["outcome"] == "nothing to do"
    assert {place: lake.content(place) for place in lake.tables()} == content
    embedded = embedded.copy(home / "withdrawn-embedded")
    two_days(spark, embedded, [drop], ["embedded"])
    assert differences(embedded, lake) == []


def values(lake, place, column):
    return set(lake.table(place).to_pyarrow_table(columns=[column])[column].to_pylist())


def leaver(lake):
    lookup = lake.table(f"{REFINED}/sensitive/Person_lookup").to_pyarrow_table().to_pylist()
    row = min(lookup, key=lambda each: each["Id"])
    return row["Id"], row["Id_pseudonym"]


def withdraw(target, student):
    """The committed drop with a roster folder of the next day, in which one person is in no table of persons."""
    shutil.copytree(DROPS["k12"], target)
    roster = target / "M365" / "roster"
    (folder,) = [path for path in roster.iterdir() if path.is_dir()]
    day = folder.name[:8] + f"{int(folder.name[8:10]) + 1:02d}" + folder.name[10:]
    shutil.copytree(folder, roster / day)
    for file in (roster / day).rglob("*.csv"):
        with open(file, encoding="utf-8", newline="") as delivered:
            rows = list(csv.reader(delivered))
        kept = [row for row in rows if student not in row]
        if len(kept) != len(rows):
            with open(file, "w", encoding="utf-8", newline="") as out:
                csv.writer(out, lineterminator="\n").writerows(kept)


# --- Killed in the middle ----------------------------------------------------------------------------------------------

KILLED = """
import sys, os, json
sys.path.insert(0, {folder!r})
import session, notebooks
spark = session.join()
def kill_between_tables():
    original = shell.namespace["DeltaTable"].commit
    done = []
    def commit(self, *arguments, **named):
        if len(done) == {after}:
            os.kill(os.getpid(), 9)
        done.append(1)
        return original(self, *arguments, **named)
    shell.namespace["DeltaTable"].commit = commit
shell = notebooks.Session(spark, open({deployment!r}).read(), {salt!r})
hooked = shell._execute
def execute(name, parameters):
    hooked(name, parameters)
    if name == "Insights_py":
        kill_between_tables()
shell._execute = execute
shell.run("Insights_driver", workspace="dev", version="1.14", test_data_set="", data_share_directory={share!r}, run_id="killed", steps="land,ingest,correct,refine,digital_engagement")
print("was not killed")
"""


@pytest.mark.parametrize("after", [2, 60])
def test_killed_between_two_tables_and_run_again(home, spark, small_drop, small_lake, after):
    """kill -9 of the driver before a commit; the next run, of either engine, leaves what an undisturbed one leaves."""
    lake = Lake(home / "killed" / str(after)).deliver(small_drop)
    deployment = home / f"deployment-{after}.py"
    deployment.write_text(project("deployment", {"lake": str(lake.root)}))
    script = KILLED.format(
        folder=str(PROJECT / "test" / "spark"), deployment=str(deployment), salt=SALT, share=SHARE, after=after
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env={**os.environ, **session.invitation(spark)})
    assert run.returncode == -signal.SIGKILL, run.stdout[-2000:] + run.stderr[-3000:]
    by_embedded = lake.copy(home / "killed" / f"{after}-embedded")
    assert lake.spark(spark)["outcome"] == "succeeded"
    assert differences(small_lake, lake) == []
    assert by_embedded.embedded()["outcome"] == "succeeded"
    assert differences(small_lake, by_embedded) == []
    assert verified(lake) == []
    assert verified(by_embedded) == []


@pytest.mark.parametrize("at", [150, 400])
def test_spark_completes_what_the_embedded_engine_left_half_done(home, spark, small_drop, small_lake, at):
    lake = Lake(home / "half" / str(at)).deliver(small_drop)
    lake.killed(at)
    assert lake.spark(spark)["outcome"] == "succeeded"
    assert differences(small_lake, lake) == []
    assert verified(lake) == []
