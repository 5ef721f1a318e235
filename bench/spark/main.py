"""
Times the notebooks on warm local Spark (2 cores), side by side with what the machine itself takes.

    npm run bench:spark -- [--json FILE] [--sizes 20000,500000,2000000] [--days 30]

Body time of `Insights_driver`, as upstream's notebooks were timed: without the start of the session, after a warm-up. The yardstick
beside each size is the time in which Spark reads the same activity file once, hashes two columns and writes it as
parquet: figures of two machines compare as multiples of it. Where something else uses the machine, compare CPU seconds (of
Python and Java together): times say how long one had to wait. Data: upstream's K-12 set where it is here (the same rows
again with fresh SignalIds for the larger sizes), else the committed one.
"""

import argparse
import csv
import json
import os
import pathlib
import platform
import shutil
import sys
import tempfile
import time
import typing

import psutil

PROJECT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "test" / "spark"))

import session  # noqa: E402
from lake import Lake, project  # noqa: E402

UPSTREAM = PROJECT.parent / "shared" / "upstream" / "k12"
# Upstream's notebooks at their best on the same sizes (2 shuffle partitions, small snapshots, warm), executed once.
UPSTREAM_SECONDS = {"first run, 20,000": 58.5, "first run, 500,000": 66.6, "first run, 2,000,000": 107.9, "unchanged": 53.0, "a day of 20,000 on 500,000": 70.0}
SIGNAL_ID = 3


def main():
    options = parse()
    work = pathlib.Path(tempfile.mkdtemp(prefix="insights-bench-spark-"))
    try:
        report = Bench(work, options).run()
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(report, indent=2) + "\n")
    print_table(report)


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--sizes", default="20000,500000,2000000")
    parser.add_argument("--days", type=int, default=30)
    return parser.parse_args()


class Taken(typing.NamedTuple):
    seconds: float
    cpu: float


class Bench:
    def __init__(self, work, options):
        self.work, self.options = work, options
        self.base = UPSTREAM if UPSTREAM.exists() else PROJECT / "test_data" / "k12"
        self.measured = []

    def run(self):
        started = time.perf_counter()
        self.spark = session.start(self.work / "session", events=False, java_options="")
        self.spark.range(1).count()
        session_seconds = time.perf_counter() - started
        for number in range(2):
            self.process(self.new_lake(f"warm-{number}", self.base))
        sizes = [int(size) for size in self.options.sizes.split(",")]
        lake = None
        for size in sizes:
            lake = self.first_run(size)
        self.unchanged(lake, sizes[-1])
        self.next_day(lake, sizes[-1])
        files = self.daily_runs() if self.options.days > 0 else None
        self.spark.stop()
        return {
            "bench": "spark notebooks", "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "machine": {"cores": os.cpu_count(), "used": 2, "load": os.getloadavg()[0], "processor": processor(), "system": platform.platform(), "python": platform.python_version()},
            "data": "upstream k12" if self.base == UPSTREAM else "test_data/k12",
            "sessionStartSeconds": round(session_seconds, 2), "sessionsPerMainPipeline": sessions_of_main(),
            "measurements": self.measured, "filesAfterDailyRuns": files,
        }

    def new_lake(self, name, drop):
        return Lake(self.work / name).deliver(drop)

    def timed(self, work):
        """What `work` takes, and what it returns."""
        started, cpu = time.perf_counter(), self.cpu_seconds()
        result = work()
        return Taken(time.perf_counter() - started, self.cpu_seconds() - cpu), result

    def cpu_seconds(self):
        """CPU time of this process and of Spark's Java so far."""
        java = psutil.Process(self.spark._jvm.java.lang.ProcessHandle.current().pid())
        return sum(times.user + times.system for times in (java.cpu_times(), psutil.Process().cpu_times()))

    def process(self, lake, expected="succeeded"):
        taken, report = self.timed(lambda: lake.spark(self.spark))
        if report["outcome"] != expected:
            raise RuntimeError(f"The run ended with {report['outcome']}: {[message['code'] for message in report['messages']]}")
        return taken

    def note(self, name, taken, yardstick=None, **more):
        entry = {"name": name, "seconds": round(taken.seconds, 2), "cpuSeconds": round(taken.cpu, 1), **more}
        if yardstick is not None:
            entry.update(yardstickSeconds=round(yardstick.seconds, 2), timesYardstick=round(taken.seconds / yardstick.seconds, 1))
            entry.update(yardstickCpuSeconds=round(yardstick.cpu, 1), cpuTimesYardstick=round(taken.cpu / yardstick.cpu, 1))
        theirs = UPSTREAM_SECONDS.get(name)
        if theirs is not None:
            entry.update(upstreamSeconds=theirs, timesFaster=round(theirs / taken.seconds, 1))
        self.measured.append(entry)
        print(json.dumps(entry), file=sys.stderr, flush=True)

    def first_run(self, size):
        drop = self.drop_of(size)
        lake = self.new_lake(f"first-{size}", drop)
        steps, taken = self.by_step(lake)
        (file,) = (drop / "M365" / "activity").rglob("*.csv")
        self.note(f"first run, {size:,}", taken, self.yardstick(file), steps=steps)
        return lake

    def by_step(self, lake):
        """The whole run once; landing and Digital Engagement also on their own, in lakes of their own."""
        alone = Lake(self.work / "by-step").deliver(lake.drop)
        marks = {}
        for name, steps in (("land", "land"), ("ingest, correct, refine", "ingest,correct,refine"), ("digital engagement", "digital_engagement")):
            taken, _ = self.timed(lambda: alone.spark(self.spark, steps=steps))
            marks[name] = {"seconds": round(taken.seconds, 2), "cpuSeconds": round(taken.cpu, 1)}
        shutil.rmtree(alone.root)
        return marks, self.process(lake)

    def unchanged(self, lake, size):
        self.note("unchanged", self.process(lake, "nothing to do"), history=size)

    def next_day(self, lake, size):
        """20,000 new signals on the history, and on a lake that has the roster only."""
        rows = 20_000
        empty = self.new_lake("empty", self.drop_of(0))
        self.process(empty)
        taken = {}
        for name, target in (("empty", empty), ("history", lake)):
            folder = target.drop / "M365" / "activity" / "2022-03-01"
            folder.mkdir(parents=True)
            write_rows(self.rows(), folder / "ApplicationUsage.csv", rows, "d")
            taken[name] = self.process(target)
        empty, history = taken["empty"], taken["history"]
        beside = {"onEmptyLakeSeconds": round(empty.seconds, 2), "onEmptyLakeCpuSeconds": round(empty.cpu, 1)}
        ratios = {"timesEmptyLake": round(history.seconds / empty.seconds, 2), "cpuTimesEmptyLake": round(history.cpu / empty.cpu, 2)}
        self.note(f"a day of {rows:,} on {size:,}", history, **beside, **ratios)

    def daily_runs(self):
        """Live files of each table, and all files that lie there, after daily runs."""
        rows = self.rows()
        lake = self.new_lake("daily", self.drop_of(0))
        for day in range(self.options.days):
            folder = lake.drop / "M365" / "activity" / f"2022-{3 + day // 28:02d}-{1 + day % 28:02d}"
            folder.mkdir(parents=True)
            write_rows(rows, folder / "ApplicationUsage.csv", 500, f"{day:02d}")
            self.process(lake)
        live = {place: len(lake.table(place).file_uris()) for place in lake.tables()}
        most = max(live, key=live.get)
        parquet = [path for path in lake.files() if path.endswith(".parquet")]
        return {"runs": self.options.days, "tables": len(live), "mostLiveFiles": live[most], "table": most, "liveFiles": sum(live.values()), "parquetFiles": len(parquet)}

    def rows(self):
        files = sorted((self.base / "M365" / "activity").rglob("*.csv"))
        rows = []
        for file in files:
            with open(file, encoding="utf-8", newline="") as delivered:
                rows += list(csv.reader(delivered))
        return rows

    def drop_of(self, size):
        """The base's roster, with one activity file of `size` rows; none for 0."""
        drop = self.work / f"drop-{size}"
        if not drop.exists():
            shutil.copytree(self.base, drop)
            shutil.rmtree(drop / "M365" / "activity")
            if size > 0:
                folder = drop / "M365" / "activity" / "2022-01-28"
                folder.mkdir(parents=True)
                write_rows(self.rows(), folder / "ApplicationUsage.csv", size, "")
        return drop

    def yardstick(self, file):
        """Reads a file, hashes two columns and writes it, once; the better of two."""

        def read_hash_write():
            frame = self.spark.read.csv(str(file))
            hashed = frame.selectExpr("*", "sha2(concat(_c5, 'salt'), 256) AS h5", "sha2(concat(_c8, 'salt'), 256) AS h8")
            hashed.write.mode("overwrite").parquet(str(self.work / "yardstick"))

        return min((self.timed(read_hash_write)[0] for _ in range(2)), key=lambda taken: taken.cpu)


def write_rows(rows, path, count, mark):
    """`count` rows, the given ones again and again; each round has SignalIds of its own, UUIDs of version 5 instead of 4."""
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        for index in range(count):
            row = list(rows[index % len(rows)])
            if index >= len(rows) or mark:
                former = row[SIGNAL_ID]
                row[SIGNAL_ID] = f"{index // len(rows):04x}{mark}{former[4 + len(mark):14]}5{former[15:]}"
            writer.writerow(row)


def sessions_of_main():
    """Notebook activities that `0_main_insights` starts, also through the pipelines that it runs: a Spark session each."""
    folder = PROJECT / "assets" / "pipelines"

    def count(node):
        if isinstance(node, list):
            return sum(map(count, node))
        if not isinstance(node, dict):
            return 0
        own = int(node.get("type") == "SynapseNotebook")
        runs = node.get("typeProperties", {}).get("pipeline", {}).get("referenceName") if node.get("type") == "ExecutePipeline" else None
        inner = count(json.loads((folder / f"{runs}.json").read_text())) if runs else 0
        return own + inner + sum(count(value) for value in node.values())

    return count(json.loads((folder / "0_main_insights.json").read_text()))


def processor():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def print_table(report):
    print(f"Spark notebooks on {report['machine']['processor']}, {report['machine']['used']} cores, {report['data']}")
    print(f"Session start {report['sessionStartSeconds']} s (not in the figures below); sessions per 0_main_insights: {report['sessionsPerMainPipeline']}")
    for entry in report["measurements"]:
        more = {key: value for key, value in entry.items() if key not in ("name", "seconds")}
        print(f"{entry['name']:<28} {entry['seconds']:>8.2f} s  {json.dumps(more)}")
    files = report["filesAfterDailyRuns"]
    if files is not None:
        print(f"After {files['runs']} daily runs: {json.dumps(files)}")


if __name__ == "__main__":
    main()
