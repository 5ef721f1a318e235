"""Lakes in local folders, filled by either engine, and what is in them."""

import collections
import json
import os
import pathlib
import shutil
import subprocess
import uuid

import pyarrow
import pyarrow.parquet
from deltalake import DeltaTable

import notebooks

PROJECT = notebooks.PROJECT
SALT = "a salt for tests only, with ä and more than 64 bytes so that HMAC has to hash it first"
SHARE = "insights-test"
FOLDER = PROJECT / "test" / "spark"
NODE = ("node", "--import", "tsx")
ENVIRONMENT = {**os.environ, "INSIGHTS_TEST_SALT": SALT}
STAGES = ("oea/dev/stage2/Ingested", "oea/dev/stage2/Ingested_Corrected", "oea/dev/stage2/Rejected", "oea/dev/stage2/Refined", "oea/dev/stage3")


class Project:
    """A process of `lakes.ts`, in which the project's own code answers; started when it is first asked."""

    def __init__(self):
        self._process = None

    def __call__(self, command, document):
        if self._process is None:
            self._process = subprocess.Popen([*NODE, FOLDER / "lakes.ts"], cwd=PROJECT, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._process.stdin.write(json.dumps([command, document]) + "\n")
        self._process.stdin.flush()
        said = json.loads(self._process.stdout.readline() or '{"error": "its process ended"}')
        if "error" in said:
            raise RuntimeError(f"lakes.ts {command} failed:\n{said['error'][-4000:]}")
        return said["answer"]

    def end(self):
        """Without what the process would do at its end, as one that is killed."""
        self._process.kill()
        self._process.wait()


project = Project()


def once(script, document):
    """Runs another script of this folder, with a document on its standard input, and returns its answer."""
    run = subprocess.run([*NODE, FOLDER / script], cwd=PROJECT, env=ENVIRONMENT, input=json.dumps(document), capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(f"{script} failed:\n{run.stderr[-4000:]}")
    return json.loads(run.stdout)


class Lake:
    def __init__(self, root, required_tables=None, profile="strict", keyed=False):
        self.root = pathlib.Path(root)
        self.required_tables, self.profile, self.keyed = required_tables, profile, keyed
        self.drop = self.root / "oea" / "pre_landing" / "data_shares" / SHARE
        self._deployment = None

    def deliver(self, drop, tables=None):
        """Replaces what the share holds by another drop, with the times of its files; of the roster these tables only, all for None."""
        shutil.rmtree(self.drop, ignore_errors=True)
        shutil.copytree(drop, self.drop)
        for folder in (self.drop / "M365" / "roster").glob("*/*") if tables is not None else ():
            if folder.is_dir() and folder.name not in tables:
                shutil.rmtree(folder)
        return self

    def copy(self, root):
        shutil.copytree(self.root, root)
        return Lake(root, self.required_tables, self.profile, self.keyed)

    def _settings(self, **more):
        settings = {"lake": str(self.root), "profile": self.profile, "keyed": self.keyed, **more}
        if self.required_tables is not None:
            settings["requiredTables"] = self.required_tables
        return settings

    def embedded(self, **more):
        """One run of the embedded engine; its report."""
        return project("process", [{**self._settings(), "drop": str(self.drop), **more}])[0]

    def killed(self, operation):
        """One run of the embedded engine that is killed, with its process, at its n-th operation on the lake."""
        process = Project()
        (report,) = process("process", [{**self._settings(), "drop": str(self.drop), "crashAt": operation}])
        process.end()
        assert report["outcome"] == "crashed"

    def session(self, spark, **more):
        return notebooks.Session(spark, project("deployment", self._settings(**more)), SALT)

    def spark(self, spark, steps="land,ingest,correct,refine,digital_engagement", deployment=None, **parameters):
        """One run of the driver notebook; its report, also when the run fails, as `Insights_driver` promises."""
        if self._deployment is None:
            self._deployment = project("deployment", self._settings())
        session = notebooks.Session(spark, deployment or self._deployment, SALT)
        values = {"workspace": "dev", "version": "1.14", "test_data_set": "", "data_share_directory": SHARE, "steps": steps, "run_id": str(uuid.uuid4()), **parameters}
        try:
            return json.loads(session.run("Insights_driver", **values))
        except Exception as error:
            report = self.root / "oea" / "reports" / "dev" / "runs" / f"{values['run_id']}.json"
            if not report.exists():
                raise
            return {**json.loads(report.read_text()), "error": str(error)}

    def tables(self):
        """Places of all Delta tables, relative to the lake."""
        found = []
        for stage in STAGES:
            for log in (self.root / stage).rglob("_delta_log"):
                found.append(str(log.parent.relative_to(self.root)))
        return sorted(found)

    def table(self, place, version=None):
        return DeltaTable(str(self.root / place), version=version)

    def content(self, place):
        """Columns with their types, and the rows as a multiset, of a table."""
        table = self.table(place)
        columns = [(field["name"], json.dumps(field["type"]), field["nullable"]) for field in json.loads(table.schema().to_json())["fields"]]
        data = pyarrow.table(table.to_pyarrow_table())
        lists = [_hashable(data[name].to_pylist()) for name, _, _ in columns]
        return columns, table.metadata().partition_columns, collections.Counter(zip(*lists))

    def physical(self, place):
        """Types of the columns as they are in the data files."""
        types = set()
        for uri in self.table(place).file_uris():
            schema = pyarrow.parquet.read_schema(uri.removeprefix("file://"))
            types.add(tuple((field.name, str(field.type)) for field in schema))
        return types

    def ledgers(self, place):
        """The ledgers of a table's commits, oldest first, without what differs between any two runs."""
        entries = reversed(self.table(place).history())
        return [_stable(json.loads(entry["userMetadata"])) for entry in entries if entry.get("userMetadata")]

    def landing_ledger(self):
        """All events of the landing ledger in order, without times."""
        folder = self.root / "oea/dev/stage2/Ingested/M365/v1.14/_landing"
        entries = [json.loads(file.read_text()) for file in sorted(folder.glob("0*.json"))]
        return [_stable(event) for entry in entries for event in entry["events"]]

    def totals(self, table):
        """Rows in each stage; None where the table has none."""
        places = {
            "Ingested": f"oea/dev/stage2/Ingested/M365/v1.14/{table}",
            "Corrected": f"oea/dev/stage2/Ingested_Corrected/M365/v1.14/{table}",
            "general": f"oea/dev/stage2/Refined/M365/v1.14/general/{table}",
            "sensitive": f"oea/dev/stage2/Refined/M365/v1.14/sensitive/{table}_lookup",
        }
        return {stage: self.rows(place) for stage, place in places.items()}

    def rows(self, place):
        if not (self.root / place / "_delta_log").exists():
            return None
        return sum(pyarrow.table(self.table(place).get_add_actions(flatten=True))["num_records"].to_pylist())

    def files(self):
        return sorted(str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file())


def _hashable(values):
    return [tuple(value) if isinstance(value, list) else value for value in values]


def _stable(document):
    """Without run ids and times of files: those of two runs differ."""
    if isinstance(document, dict):
        return {key: _stable(value) for key, value in document.items() if key not in ("runId", "engine", "modified", "at")}
    return [_stable(value) for value in document] if isinstance(document, list) else document


def differences(one, other):
    """What differs between two lakes, a sentence each; empty when they are equal row by row, column by column, type by type."""
    found = []
    places, others = one.tables(), other.tables()
    found += [f"{place}: only in the first" for place in places if place not in others]
    found += [f"{place}: only in the second" for place in others if place not in places]
    for place in sorted(set(places) & set(others)):
        (columns, partitions, rows), (columns2, partitions2, rows2) = one.content(place), other.content(place)
        if columns != columns2:
            found.append(f"{place}: columns {sorted(set(columns) ^ set(columns2)) or 'in another order'}")
        if partitions != partitions2:
            found.append(f"{place}: partitions {partitions} and {partitions2}")
        if columns == columns2 and rows != rows2:
            found.append(f"{place}: {_row_difference(columns, rows, rows2)}")
        if len(one.physical(place) | other.physical(place)) > 1:
            found.append(f"{place}: types in the files {sorted(one.physical(place) ^ other.physical(place))[:2]}")
    return found


def _row_difference(columns, rows, others):
    missing, extra = rows - others, others - rows
    text = f"{sum(rows.values())} and {sum(others.values())} rows, {sum(missing.values())} only in the first, {sum(extra.values())} only in the second"
    if not missing or not extra:
        return f"{text}: {next(iter(missing or extra))}"
    one, other = min(missing, key=str), min(extra, key=str)
    return f"{text}: {[(name, a, b) for (name, _, _), a, b in zip(columns, one, other) if a != b][:4]}"


def report_facts(report):
    """What two engines' reports of the same run have in common. What is only said (a hash, a recovery) may differ."""
    told = [message for message in report["messages"] if message["severity"] != "information"]
    messages = sorted({(message["severity"], message["code"], message.get("table"), message.get("column")) for message in told}, key=str)
    units = [(unit["unit"], unit["rundate"], unit["status"], unit["batches"]) for unit in report["units"]]
    return {"outcome": report["outcome"], "units": units, "tables": sorted(report["tables"], key=lambda flow: flow["table"]), "messages": messages}
