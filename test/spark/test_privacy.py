"""PRIV3, ROW13: what Spark writes down beside the lake (event log, driver output, errors, reports) holds neither the salt nor a cell."""

import csv
import json
import re
import subprocess
import sys

import pytest

from lake import PROJECT, SALT, SHARE, Lake, project

# Runs deliveries one after the other, as talkative as Spark can be told to be; says how each run ended.
TALKATIVE = """
import json, pathlib, sys
sys.path.insert(0, sys.argv[1])
import notebooks, session
work = json.load(sys.stdin)
spark = session.start(work["work"], log_level="INFO")
for number, run in enumerate(work["runs"]):
    shell = notebooks.Session(spark, run["deployment"], work["salt"])
    try:
        parameters = {"workspace": "dev", "version": "1.14", "test_data_set": "", "data_share_directory": work["share"], "run_id": f"talkative-{number}"}
        print("ended:", shell.run("Insights_driver", steps="land,ingest,correct,refine,digital_engagement", **parameters))
    except Exception:
        import traceback
        print("failed:", traceback.format_exc())
    print("session:", {name: repr(value) for name, value in shell.namespace.items() if not name.startswith("INSIGHTS_")})
spark.stop()
"""

DEFECTS = ("many-defects", "wrong-types", "broken-utf8", "unclosed-quote", "extra-column", "colliding-keys")


@pytest.fixture(scope="module")
def told(home, small_drop, scenarios):
    """Everything that a session says about clean, defective and damaged lakes; small batches and large ones."""
    lakes, runs = [], []

    def add(name, drop, required_tables=None, **settings):
        lake = Lake(home / "told" / name, required_tables).deliver(drop)
        document = {"lake": str(lake.root), **settings}
        if required_tables is not None:
            document["requiredTables"] = required_tables
        lakes.append(lake)
        runs.append({"deployment": project("deployment", document)})
        return lake

    add("small", small_drop)
    add("large", small_drop, driverBatchBytes=0)
    for name in DEFECTS:
        add(name, scenarios[name]["drops"][-1], scenarios[name]["requiredTables"])
    for name in DEFECTS[:3]:
        add(f"{name}-large", scenarios[name]["drops"][-1], scenarios[name]["requiredTables"], driverBatchBytes=0)
    damaged = add("damaged", scenarios["activity-again"]["drops"][0], scenarios["activity-again"]["requiredTables"])
    damaged.embedded()
    for file in (damaged.root / "oea/dev/stage2/Ingested_Corrected/M365/v1.14/activity").glob("*.parquet"):
        file.write_bytes(file.read_bytes()[:-200])
    damaged.deliver(scenarios["activity-again"]["drops"][1])
    document = {"work": str(home / "told" / "session"), "runs": runs, "salt": SALT, "share": SHARE}
    run = subprocess.run(
        [sys.executable, "-c", TALKATIVE, str(PROJECT / "test" / "spark")], input=json.dumps(document), capture_output=True, text=True, errors="replace"
    )
    assert run.returncode == 0, run.stderr[-3000:]
    said = {"driver output": run.stdout, "driver log": run.stderr}
    for file in (home / "told" / "session" / "events").iterdir():
        said[f"event log {file.name}"] = file.read_text(encoding="utf-8", errors="replace")
    for lake in lakes:
        for file in (lake.root / "oea" / "reports").rglob("*.json"):
            said[f"report of {lake.root.name}"] = file.read_text(encoding="utf-8")
    return lakes, said


def protected_columns():
    """Positions of columns that general does not show as they are, by table."""
    found, table, position = {}, None, 0
    with open(PROJECT / "assets" / "catalogue" / "metadata.csv", encoding="utf-8-sig") as file:
        for row in csv.reader(line for line in file if not line.startswith("#")):
            if len(row) > 0 and row[0].strip():
                table, position = row[0].strip(), 0
            elif len(row) >= 4 and row[1].strip():
                if row[3].strip() != "no-op" and row[2].strip() == "string":
                    found.setdefault(table, []).append(position)
                position += 1
    return found


def delivered_cells(lakes):
    """Cells of protected columns, and values beside them are left out that are also words of the catalogue or of the code."""
    cells = set()
    for lake in lakes:
        for table, positions in protected_columns().items():
            pattern = "activity/**/*.csv" if table == "activity" else f"roster/*/{table}/*.csv"
            for file in (lake.drop / "M365").glob(pattern):
                with open(file, encoding="utf-8", errors="replace", newline="") as rows:
                    for row in csv.reader(rows, strict=False):
                        cells.update(row[position] for position in positions if position < len(row))
    return {cell for cell in cells if len(cell) >= 6 and not re.fullmatch(r"[\d.:/ -]+|[A-Z]?[a-z]+", cell)}


def test_the_runs_said_something(told):
    lakes, said = told
    endings = re.findall(r"^(ended|failed):", said["driver output"], re.MULTILINE)
    assert len(endings) == len(lakes)
    assert endings.count("failed") >= 5
    assert len(said["driver log"]) > 20_000
    assert sum(len(text) for name, text in said.items() if name.startswith("event log")) > 100_000


def test_the_salt_is_nowhere(told):
    _, said = told
    parts = [SALT, SALT[:32], SALT[-32:], json.dumps(SALT)[1:-1], SALT.encode().hex()]
    assert [(name, part) for name, text in said.items() for part in parts if part in text] == []


def test_no_cell_is_anywhere(told):
    lakes, said = told
    cells = delivered_cells(lakes)
    assert len(cells) > 1000
    found = {}
    for name, text in said.items():
        tokens = set(re.findall(r"[\w.@'’-]+", text))
        # A cell with blanks or signs in it is looked for by its longest word, then as a whole.
        for cell in cells:
            longest = max(re.findall(r"[\w.@'’-]+", cell) or [""], key=len)
            if longest in tokens and cell in text:
                found.setdefault(name, []).append(cell)
    assert {name: (len(values), values[:3]) for name, values in found.items()} == {}


def test_no_pseudonym_is_anywhere_either(told):
    """Pseudonyms are data of general: who reads logs need not read them."""
    lakes, said = told
    table = lakes[0].table("oea/dev/stage2/Refined/M365/v1.14/general/Person").to_pyarrow_table()
    pseudonyms = table["Id_pseudonym"].to_pylist()
    assert len(pseudonyms) > 200
    assert [name for name, text in said.items() for value in pseudonyms if value in text] == []
