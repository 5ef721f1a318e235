"""What a person or an environment decides: releases and quarantines (ROW5, ROW6), and runs that are refused before they change anything (ACCESS7, PRIV4)."""

import json
import os
import shutil
import socket
import subprocess
import sys

import pytest

import notebooks
from lake import Lake, differences, project


def two_lakes(home, scenario):
    """A lake for each engine, with a scenario delivered."""
    lakes = [Lake(home / "decisions" / scenario["name"] / engine, scenario["requiredTables"]) for engine in ("embedded", "spark")]
    return [lake.deliver(scenario["drops"][-1]) for lake in lakes]


def rundate_of(report, status):
    (rundate,) = [unit["rundate"] for unit in report["units"] if unit["status"] == status]
    return rundate


def statuses(report):
    return [unit["status"] for unit in report["units"]]


def test_a_held_snapshot_is_released_by_a_parameter(home, spark, scenarios):
    embedded, distributed = two_lakes(home, scenarios["year-rollover"])
    report = distributed.spark(spark)
    assert report["outcome"] == "failed" and "SNAPSHOT_HELD" in report["error"]
    rundate = rundate_of(report, "held")
    assert rundate_of(embedded.embedded(), "held") == rundate
    assert statuses(distributed.spark(spark, confirm_rundate=rundate)) == ["processed"]
    project("control", {"lake": str(embedded.root), "confirm": rundate})
    assert statuses(embedded.embedded()) == ["processed"]
    assert differences(embedded, distributed) == []
    assert distributed.landing_ledger() == embedded.landing_ledger()
    # A pipeline that is tried again brings the same decision once more.
    assert distributed.spark(spark, confirm_rundate=rundate)["outcome"] == "nothing to do"


def test_what_cannot_be_mended_is_quarantined_by_a_parameter_with_a_reason(home, spark, scenarios):
    embedded, distributed = two_lakes(home, scenarios["many-defects"])
    rundate = rundate_of(distributed.spark(spark), "failed")
    embedded.embedded()
    with pytest.raises(Exception, match="^USAGE: A quarantine needs a reason.$"):
        distributed.spark(spark, quarantine_rundate=rundate)
    decided = {"quarantine_rundate": rundate, "quarantine_reason": "wrong export"}
    assert statuses(distributed.spark(spark, **decided)) == ["quarantined"]
    assert distributed.spark(spark, **decided)["outcome"] == "nothing to do"
    project("control", {"lake": str(embedded.root), "quarantine": rundate, "reason": "wrong export"})
    assert embedded.embedded()["outcome"] == "nothing to do"
    assert differences(embedded, distributed) == []
    assert distributed.landing_ledger() == embedded.landing_ledger()


def test_a_run_that_is_tried_again_keeps_what_its_first_attempt_said(home, spark, scenarios):
    words, defects = scenarios["new-words"], scenarios["many-defects"]
    lake = Lake(home / "decisions" / "again", defects["requiredTables"]).deliver(words["drops"][0])
    shutil.copytree(defects["drops"][0], lake.drop, dirs_exist_ok=True)
    first = lake.spark(spark, run_id="tried")
    assert statuses(first) == ["processed", "failed"]
    told = {(message["severity"], message["code"]) for message in first["messages"]}
    assert {("error", "REJECT_THRESHOLD"), ("warning", "ROW7")} <= told
    second = lake.spark(spark, run_id="tried")
    assert statuses(second) == ["processed", "failed"]
    same = ("units", "messages", "finishedAt")
    assert {**second, **{name: first[name] for name in same}} == {**first, "attempts": 2}
    ordered = lambda report: sorted(json.dumps(message, sort_keys=True) for message in report["messages"])
    assert ordered(second) == ordered(first)
    place = "oea/reports/dev/runs/tried.json"
    (lake.root / place).write_text("[]", encoding="utf-8")
    third = lake.spark(spark, run_id="tried")
    message = (
        "What an earlier attempt of this run reported could not be read, so what that attempt processed is not in this report. "
        "The landing ledger and `insights verify` tell of it."
    )
    assert third["messages"][0] == {"severity": "warning", "code": "REPORT_UNREADABLE", "message": message, "file": place}
    assert "attempts" not in third


@pytest.fixture(scope="module")
def lake(home, spark, scenarios):
    scenario = scenarios["activity-again"]
    lake = Lake(home / "decisions" / "refused", scenario["requiredTables"]).deliver(scenario["drops"][0])
    assert lake.spark(spark)["outcome"] == "succeeded"
    return lake


def refused(lake, spark, **parameters):
    """What a run is refused with, which changes no file of the lake."""
    before = {path: (lake.root / path).read_bytes() for path in lake.files()}
    with pytest.raises(Exception) as thrown:
        lake.spark(spark, **parameters)
    assert {path: (lake.root / path).read_bytes() for path in lake.files()} == before
    return str(thrown.value)


def test_a_catalogue_in_the_lake_that_is_not_the_deployed_one_is_refused(lake, spark):
    """ACCESS7: the file is the deployed one, and who changes it does not change what is hidden."""
    place = "oea/dev/stage2/Ingested/M365/v1.14/metadata.csv"
    metadata = lake.root / place
    deployed = metadata.read_text(encoding="utf-8")
    metadata.write_text(deployed.replace(",hash", ",no-op", 1), encoding="utf-8")
    message = "LAKE_CATALOGUE_DIFFERS: The hash of the lake's metadata.csv is not that of the deployed catalogue."
    assert refused(lake, spark) == f"{message} [file: {place}]"
    metadata.write_text(deployed, encoding="utf-8")
    report = lake.spark(spark)
    assert report["outcome"] == "nothing to do"
    assert [message["code"] for message in report["messages"]] == ["ACCESS7"]


def test_nothing_runs_without_a_salt(lake, spark):
    session = notebooks.Session(spark, project("deployment", {"lake": str(lake.root)}), " \n")
    message = "^SALT_MISSING: The vault has no secret oeaSalt-dev, or this workspace may not read it.$"
    with pytest.raises(Exception, match=message):
        session.run("Insights_driver", workspace="dev", version="1.14")
    assert session.secrets.asked == [("LS_KeyVault", "oeaSalt-dev")]


def test_a_rebuild_of_the_embedded_engine_has_to_end_first(lake, spark):
    ledger = lake.root / "oea/dev/stage2/Ingested/M365/v1.14/_landing"
    last = max(ledger.glob("0*.json"))
    entry = json.loads(last.read_text())
    begun = last.with_name(f"{int(last.stem) + 1:0{len(last.stem)}d}.json")
    started = {"event": "rebuild", "state": "started", "fingerprint": "f"}
    begun.write_text(json.dumps({**entry, "sequence": entry["sequence"] + 1, "events": [started]}))
    message = "REBUILD_UNFINISHED: Refined is being made anew by the embedded engine; that run has to end first."
    assert refused(lake, spark) == message
    begun.unlink()


def test_one_run_at_a_time(lake, spark):
    lock = lake.root / "oea/dev/stage2/Ingested/M365/v1.14/_landing/lock.json"
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        process = {"pid": other.pid, "host": socket.gethostname(), "token": "another"}
        lock.write_text(json.dumps({"holder": "run 7", "process": process, "id": "7", "since": "2024-03-04T05:30:00.000Z"}))
        locked = refused(lake, spark)
        other.stdin.close()
    assert locked == f"LAKE_LOCKED: The lake is locked by run 7 since 2024-03-04T05:30:00.000Z. [path: {os.path.relpath(lock, lake.root)}]"
    # Its process is gone: the run is taken for dead, and cleaned up after.
    assert [message["code"] for message in lake.spark(spark)["messages"]] == ["RECOVERED", "ACCESS7"]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"workspace": "../prod"}, "WORKSPACE_NAME_INVALID: '../prod' is not a workspace name."),
        ({"workspace": "Prod"}, "WORKSPACE_NAME_INVALID: 'Prod' is not a workspace name."),
        ({"version": "v1.14"}, "DATA_VERSION_INVALID: 'v1.14' is not a data version."),
        ({"steps": "land,copy"}, "USAGE: There is no step ['copy']."),
        ({"steps": " "}, "USAGE: No step is named."),
        ({"confirm_rundate": "yesterday"}, "RUNDATE_UNKNOWN: The rundate is not of the form yyyy-MM-dd HH:mm:ss."),
        ({"data_share_directory": "elsewhere"}, "DROP_NOT_FOUND: There is no M365 folder with files in the drop. [file: oea/pre_landing/data_shares/elsewhere]"),
    ],
)
def test_a_parameter_that_cannot_work_is_refused(lake, spark, parameters, message):
    assert refused(lake, spark, **parameters) == message


def test_the_profile_of_upstream_is_refused_for_prod(home, spark, scenarios):
    lake = Lake(home / "decisions" / "prod", profile="v0.2").deliver(scenarios["activity-again"]["drops"][0])
    message = "PROFILE_REFUSED: The v0.2 profile is for compatibility tests and is refused for prod."
    assert refused(lake, spark, workspace="prod") == message
