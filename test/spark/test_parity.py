"""Two engines, one meaning (design.md, principle 6): every table, ledger and report is the same, whoever made it."""

import pytest

from conftest import DROPS
from lake import Lake, differences, project, report_facts

SETS = list(DROPS)
# What the embedded engine makes of these is compared for every scenario; the names only give each a test of its own.
SCENARIO_COUNT = 41


def scenario_names():
    import pathlib
    import re

    folder = pathlib.Path(__file__).resolve().parents[2] / "src" / "test-data" / "scenarios"
    text = "".join(file.read_text() for file in sorted(folder.glob("*.ts")))
    return sorted(set(re.findall(r"^ {4}name: '([a-z0-9-]+)'", text, re.MULTILINE)))


@pytest.mark.parametrize("name", SETS)
def test_every_table_is_equal_row_by_row_column_by_column_type_by_type(processed, name):
    embedded, _, distributed, _ = processed(name)
    assert len(embedded.tables()) >= 90
    assert differences(embedded, distributed) == []
    protocols = {distributed.table(place).protocol()[:2] for place in distributed.tables()}
    assert protocols == {(1, 2)}, "serverless SQL reads no later version"


@pytest.mark.parametrize("name", SETS)
def test_the_ledgers_are_equal(processed, name):
    embedded, _, distributed, _ = processed(name)
    assert distributed.landing_ledger() == embedded.landing_ledger()
    for place in embedded.tables():
        assert distributed.ledgers(place) == embedded.ledgers(place), place


@pytest.mark.parametrize("name", SETS)
def test_the_reports_are_equal(processed, name):
    _, report, _, other = processed(name)
    assert report_facts(other) == report_facts(report)


def not_passed(lake):
    """Checks of `insights verify` that fail, and those that are skipped."""
    (report,) = project("verify", [{"lake": str(lake.root)}])
    failed = [(check["check"], check["findings"][:3]) for check in report["checks"] if check["status"] == "failed"]
    return failed, [check["check"] for check in report["checks"] if check["status"] == "skipped"]


@pytest.mark.parametrize("name", SETS)
def test_verification_passes_on_what_spark_wrote(processed, name):
    _, _, distributed, _ = processed(name)
    assert not_passed(distributed) == ([], [])


def test_there_is_a_test_for_each_scenario(scenarios):
    assert sorted(scenarios) == scenario_names()
    assert len(scenarios) == SCENARIO_COUNT


@pytest.fixture(scope="module")
def embedded_scenarios(home, scenarios):
    """The embedded engine's lakes of all scenarios, a state for each delivery; made in one process."""
    made = {}
    for name, scenario in scenarios.items():
        made[name] = Lake(home / "scenarios" / name / "embedded", scenario["requiredTables"])
    for step in range(2):
        lakes = [(name, made[name]) for name, scenario in scenarios.items() if len(scenario["drops"]) > step]
        for name, lake in lakes:
            lake.deliver(scenarios[name]["drops"][step])
        runs = [{"lake": str(lake.root), "drop": str(lake.drop), "requiredTables": lake.required_tables} for _, lake in lakes]
        for (_, lake), report in zip(lakes, project("process", runs)):
            lake.report = report
    return made


@pytest.mark.parametrize("name", scenario_names())
def test_scenario(home, spark, scenarios, embedded_scenarios, name):
    scenario, embedded = scenarios[name], embedded_scenarios[name]
    distributed = Lake(home / "scenarios" / name / "spark", scenario["requiredTables"])
    for drop in scenario["drops"]:
        report = distributed.deliver(drop).spark(spark)
    assert differences(embedded, distributed) == []
    assert report_facts(report) == report_facts(embedded.report)
    assert distributed.landing_ledger() == embedded.landing_ledger()


@pytest.mark.parametrize("name", ["activity-again", "broken-utf8", "colliding-keys", "crlf", "duplicates", "many-defects", "quoted-newlines", "roster-delta"])
def test_scenario_in_large_batches(home, spark, scenarios, embedded_scenarios, name):
    """What only Spark's own jobs do: other readers, other rules for duplicates and keys that collide."""
    scenario, embedded = scenarios[name], embedded_scenarios[name]
    distributed = Lake(home / "large-scenarios" / name, scenario["requiredTables"])
    settings = {"lake": str(distributed.root), "requiredTables": scenario["requiredTables"], "driverBatchBytes": 0}
    deployment = project("deployment", settings)
    for drop in scenario["drops"]:
        report = distributed.deliver(drop).spark(spark, deployment=deployment)
    assert differences(embedded, distributed) == []
    assert report_facts(report) == report_facts(embedded.report)
    assert distributed.landing_ledger() == embedded.landing_ledger()


def test_large_batches_are_equal_too(home, spark, small_drop, small_lake):
    """With no batch small enough for the driver alone, Spark's own jobs do all of it."""
    distributed = Lake(home / "large").deliver(small_drop)
    distributed.spark(spark, deployment=project("deployment", {"lake": str(distributed.root), "driverBatchBytes": 0}))
    assert differences(small_lake, distributed) == []
    assert distributed.landing_ledger() == small_lake.landing_ledger()
    assert not_passed(distributed) == ([], [])


def test_upstreams_columns_are_equal_too(home, spark, small_drop):
    """The v0.2 profile."""
    embedded, distributed = (Lake(home / "v0.2" / engine, profile="v0.2").deliver(small_drop) for engine in ("embedded", "spark"))
    embedded.embedded()
    distributed.spark(spark)
    assert differences(embedded, distributed) == []
