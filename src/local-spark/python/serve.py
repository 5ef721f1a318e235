"""
A session of a workspace as a process of its own: runs notebooks that it is sent, one after the other, in one Spark session.

First line on standard input: {work, ivy, endpoint, workspace, spark: settings}. Each further one is a run: {notebook, parameters, notebooks:
{name: its cells as the service stores them}}. Answers are lines on file descriptor 3: {ready} first, then {exit} or {error} for each run.
What notebooks print goes to standard output.
"""

import json
import os
import sys
import traceback

import jars
import spark_session
from managed_identity import ManagedIdentity
from synapse_session import SynapseSession


def cells(stored):
    """(kind, text, line) of the cells of a published notebook."""
    found = []
    for cell in stored:
        text = "".join(cell["source"])
        if cell["cell_type"] != "code":
            found.append(("markdown", text, 0))
        elif text.startswith("%run "):
            found.append(("run", text[len("%run ") :].strip(), 0))
        else:
            found.append(("parameters" if "parameters" in cell["metadata"].get("tags", []) else "code", text, 0))
    return found


def message_of(error):
    """Our errors say what they say; of any other the text may quote a row, so that only its name and place are told (ROW13)."""
    if hasattr(error, "code") and hasattr(error, "place"):
        return str(error)
    *_, last = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} in {os.path.basename(last.filename)}, line {last.lineno}."


def main():
    answers = os.fdopen(3, "w", encoding="utf-8")

    def tell(document):
        answers.write(json.dumps(document) + "\n")
        answers.flush()

    settings = json.loads(sys.stdin.readline())
    options = {"events": False, "log_level": "ERROR", "settings": settings["spark"]}
    spark = spark_session.start(settings["work"], jars.cached(settings["ivy"]), **options)
    identity = ManagedIdentity(settings["endpoint"])
    tell({"ready": True})
    for line in sys.stdin:
        run = json.loads(line)
        notebooks = {name: cells(stored) for name, stored in run["notebooks"].items()}
        session = SynapseSession(spark, notebooks.__getitem__, identity, settings["workspace"])
        try:
            tell({"exit": session.run(run["notebook"], **run["parameters"]) or ""})
        except Exception as error:
            tell({"error": message_of(error)})
        finally:
            sys.stdout.flush()
    spark.stop()


if __name__ == "__main__":
    main()
