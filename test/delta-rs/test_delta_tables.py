"""Tables written by src/lake are read by delta-rs, and the other way round."""

import datetime
import json
import pathlib
import subprocess

import pyarrow
import pytest
from deltalake import DeltaTable, write_deltalake

PROJECT = pathlib.Path(__file__).resolve().parents[2]
START = datetime.datetime(2022, 1, 28, 6, 16, 22, tzinfo=datetime.timezone.utc)


def our(command, lake):
    script = PROJECT / "test" / "delta-rs" / "make-tables.ts"
    run = subprocess.run(
        ["node", "--import", "tsx", str(script), command, str(lake)],
        cwd=PROJECT, check=True, capture_output=True, text=True,
    )
    return run.stdout


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lake")
    our("write", folder)
    return folder


def table(lake, name, version=None):
    return DeltaTable(str(lake / "stage2" / name), version=version)


def rows(delta):
    found = pyarrow.table(delta.to_pyarrow_table()).to_pylist()
    return sorted((row["id"], row["name"], row["seen"], row["day"]) for row in found)


def expected_rows(ids):
    day = datetime.date(2022, 1, 28)
    return [(i, f"näme {i}", START + datetime.timedelta(hours=i), day) for i in ids]


def ids_at(version):
    """Version n adds ids 10 n to 10 n + 9; every third version takes away the oldest file."""
    gone = (version + 1) // 3
    return list(range(gone * 10, (version + 1) * 10))


@pytest.mark.parametrize("name, version", [("grown", 25), ("cleaned", 25), ("checkpointed", 20)])
def test_newest_version(lake, name, version):
    delta = table(lake, name)
    assert delta.version() == version
    assert rows(delta) == expected_rows(ids_at(version))


@pytest.mark.parametrize("version", range(26))
def test_time_travel(lake, version):
    assert rows(table(lake, "grown", version)) == expected_rows(ids_at(version))


def test_time_travel_after_the_older_logs_are_gone(lake):
    assert [rows(table(lake, "cleaned", v)) for v in range(20, 26)] == [expected_rows(ids_at(v)) for v in range(20, 26)]
    with pytest.raises(Exception):
        rows(table(lake, "cleaned", 19))


@pytest.mark.parametrize("name", ["grown", "cleaned", "checkpointed"])
def test_schema_protocol_and_metadata(lake, name):
    delta = table(lake, name)
    fields = [(f["name"], f["type"], f["nullable"]) for f in json.loads(delta.schema().to_json())["fields"]]
    assert fields == [("id", "long", True), ("name", "string", True), ("seen", "timestamp", True), ("day", "date", True)]
    protocol = delta.protocol()
    assert (protocol.min_reader_version, protocol.min_writer_version) == (1, 2)
    assert protocol.reader_features is None and protocol.writer_features is None
    metadata = delta.metadata()
    assert (metadata.name, metadata.description, metadata.partition_columns) == ("grown", "Grows", [])
    assert metadata.configuration == {"delta.appendOnly": "false"}


@pytest.mark.parametrize("name, version", [("grown", 25), ("cleaned", 25), ("checkpointed", 20)])
def test_txn(lake, name, version):
    assert table(lake, name).transaction_version("ingest/grown") == version


def test_history(lake):
    history = table(lake, "grown").history()
    assert [json.loads(entry["userMetadata"])["batch"] for entry in history] == list(range(25, -1, -1))
    newest = history[0]
    assert (newest["operation"], newest["operationParameters"]) == ("WRITE", {"mode": "Append"})
    assert newest["engineInfo"] == "Education-Insights-CDK"
    times = [entry["timestamp"] for entry in history]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("name", ["grown", "cleaned", "checkpointed"])
def test_statistics(lake, name):
    delta = table(lake, name)
    adds = pyarrow.table(delta.get_add_actions(flatten=True)).to_pylist()
    found = sorted((add["min.id"], add["max.id"], add["num_records"]) for add in adds)
    first = ids_at(delta.version())[0]
    assert found == [(i, i + 9, 10) for i in range(first, (delta.version() + 1) * 10, 10)]


def test_odd_file_names(lake):
    assert rows(table(lake, "names")) == expected_rows(range(20))


def test_a_table_without_files(lake):
    assert rows(table(lake, "empty")) == []


def test_our_reader_reads_what_delta_rs_writes(tmp_path):
    our("write", tmp_path)
    delta = table(tmp_path, "grown")
    write_deltalake(delta, pyarrow.Table.from_pylist([{"id": 999, "name": "x", "seen": START, "day": START.date()}]), mode="append")
    table(tmp_path, "grown").delete("id < 100")
    seen = json.loads(our("read", tmp_path))
    theirs = table(tmp_path, "grown")
    assert (seen["version"], seen["txn"], seen["lastOperation"]) == (27, 25, "DELETE")
    assert sorted(file["path"] for file in seen["files"]) == sorted(
        str(pathlib.Path(path).relative_to(tmp_path)) for path in theirs.file_uris()
    )
    assert sum(file["stats"]["numRecords"] for file in seen["files"]) == len(rows(theirs))


def test_our_reader_reads_the_checkpoint_of_delta_rs(tmp_path):
    our("write", tmp_path)
    delta = table(tmp_path, "grown")
    write_deltalake(delta, pyarrow.Table.from_pylist([{"id": 999, "name": "x", "seen": START, "day": START.date()}]), mode="append")
    delta = table(tmp_path, "grown")
    before = json.loads(our("read", tmp_path))
    delta.create_checkpoint()
    log = tmp_path / "stage2" / "grown" / "_delta_log"
    for file in log.glob("*.json"):
        if int(file.name[:20]) < 26:
            file.unlink()
    for file in log.glob("000000000000000000[12]0.checkpoint.parquet"):
        file.unlink()
    assert json.loads(our("read", tmp_path)) == before
