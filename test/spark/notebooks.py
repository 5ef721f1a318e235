"""Runs notebooks as a Synapse session does: unchanged, cell by cell, in one namespace. Only `mssparkutils` is ours."""

import pathlib
import re
import sys
import types

PROJECT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = PROJECT / "assets" / "notebooks"
MARKER = re.compile(r"^# %%(?: \[(markdown|parameters)\])?\s*$")
RUN = re.compile(r"^# %run ([A-Za-z0-9_][\w -]*?)\s*$")


class NotebookExit(BaseException):
    """`mssparkutils.notebook.exit`: ends the notebook, successfully; nothing that catches errors catches it."""

    def __init__(self, value):
        super().__init__("exit")
        self.value = value


def cells(source):
    """(kind, text, line) of each cell; a code cell whose only line runs another notebook has kind `run`."""
    found = []
    for number, line in enumerate(source.splitlines(), 1):
        marker = MARKER.match(line)
        if marker:
            found.append([marker.group(1) or "code", [], number])
        elif found:
            found[-1][1].append(line)
    result = []
    for kind, lines, number in found:
        filled = [line for line in lines if line.strip()]
        runs = RUN.match(filled[0]) if kind == "code" and len(filled) == 1 else None
        result.append(("run", runs.group(1), number) if runs else (kind, "\n".join(lines), number))
    return result


class Secrets:
    """`mssparkutils.credentials`: a vault with one salt; tokens are for a lake in an account, which no test has."""

    def __init__(self, salt):
        self._salt = salt
        self.asked = []

    def getSecretWithLS(self, linkedService, secret):
        self.asked.append((linkedService, secret))
        return self._salt

    def getSecret(self, akvName, secret, linkedService=""):
        return self.getSecretWithLS(linkedService, secret)

    def getToken(self, audience, name=""):
        return "token"


class Session:
    """A session of a workspace that has our notebooks and the generated `Insights_catalogue`."""

    def __init__(self, spark, deployment, salt, displayed=None):
        self.spark = spark
        self.deployment = deployment
        self.secrets = Secrets(salt)
        self.displayed = [] if displayed is None else displayed
        self.namespace = {}

    def run(self, name, **parameters):
        """Runs a notebook with a pipeline's parameters, all of them texts; returns what it exits with, else None."""
        self.namespace = {
            "__name__": "__main__",
            "spark": self.spark,
            "sc": self.spark.sparkContext,
            "display": lambda value, *_, **__: self.displayed.append((name, value)),
            "displayHTML": lambda value: self.displayed.append((name, value)),
        }
        self._install()
        try:
            self._execute(name, {key: str(value) for key, value in parameters.items()})
        except NotebookExit as done:
            return done.value
        return None

    def _install(self):
        utilities = types.SimpleNamespace(
            credentials=self.secrets,
            notebook=types.SimpleNamespace(exit=self._exit),
            env=types.SimpleNamespace(getWorkspaceName=lambda: "syn-oea-test", getUserName=lambda: "tester"),
            runtime=types.SimpleNamespace(context={"isForPipeline": True, "pipelineJobId": "test"}),
        )
        module = types.ModuleType("notebookutils")
        module.mssparkutils = utilities
        sys.modules["notebookutils"] = module
        self.namespace["mssparkutils"] = utilities

    def _exit(self, value=""):
        raise NotebookExit(value)

    def _source(self, name):
        if name == "Insights_catalogue":
            return f"# %%\n{self.deployment}"
        return (FOLDER / f"{name}.py").read_text(encoding="utf-8")

    def _execute(self, name, parameters):
        for kind, text, line in cells(self._source(name)):
            if kind == "run":
                self._execute(text, None)
            elif kind in ("code", "parameters"):
                exec(compile("\n" * line + text, f"{name}.py", "exec"), self.namespace)
            if kind == "parameters" and parameters is not None:
                # As Synapse does: a cell of its own after the one with the defaults.
                self.namespace.update(parameters)


def has(name):
    return (FOLDER / f"{name}.py").exists()
