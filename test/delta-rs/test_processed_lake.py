"""A lake that the embedded engine made from the committed K-12 drop is read by delta-rs, table by table."""

import json
import pathlib
import subprocess

import pyarrow
import pyarrow.compute
import pytest
from deltalake import DeltaTable

PROJECT = pathlib.Path(__file__).resolve().parents[2]
STAGE = "oea/dev/stage2"
VERSION = "M365/v1.14"


@pytest.fixture(scope="module")
def processed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("processed")
    salt = folder / "salt"
    salt.write_text("a salt for tests only, 32 letters")
    lake = folder / "lake"
    run = subprocess.run(
        ["node", "bin/insights.cjs", "process", "--drop", "test_data/k12", "--lake", str(lake),
         "--salt-file", str(salt), "--json"],
        cwd=PROJECT, check=True, capture_output=True, text=True,
    )
    return lake, json.loads(run.stdout)["result"]


def rows_of(lake, path):
    return pyarrow.table(DeltaTable(str(lake / path)).to_pyarrow_table())


def test_every_table_has_the_rows_that_the_run_reports(processed):
    lake, report = processed
    assert report["outcome"] == "succeeded"
    counted = {}
    for flow in report["tables"]:
        table = flow["table"]
        counted[table] = (
            rows_of(lake, f"{STAGE}/Ingested/{VERSION}/{table}").num_rows,
            rows_of(lake, f"{STAGE}/Ingested_Corrected/{VERSION}/{table}").num_rows,
            rows_of(lake, f"{STAGE}/Refined/{VERSION}/general/{table}").num_rows,
            None if flow["sensitive"] is None
            else rows_of(lake, f"{STAGE}/Refined/{VERSION}/sensitive/{table}_lookup").num_rows,
        )
    assert counted == {
        flow["table"]: (flow["ingested"], flow["corrected"], flow["general"], flow["sensitive"])
        for flow in report["tables"]
    }
    assert len(counted) == 28


def test_types_arrive_as_types(processed):
    lake, _ = processed
    activity = rows_of(lake, f"{STAGE}/Refined/{VERSION}/general/activity")
    types = {name: str(activity.schema.field(name).type) for name in ("StartTime", "Grade", "SignalId", "ReadingSubmissionAttemptNumber")}
    assert types == {
        "StartTime": "timestamp[us, tz=UTC]", "Grade": "double", "SignalId": "string", "ReadingSubmissionAttemptNumber": "int32",
    }
    assert activity["StartTime"].null_count == 0


def test_masked_columns_are_masked_for_other_readers_too(processed):
    lake, _ = processed
    person = rows_of(lake, f"{STAGE}/Refined/{VERSION}/general/Person")
    for name in ("GivenName", "Surname"):
        assert pyarrow.compute.unique(person[name]).to_pylist() == ["*"]
