"""Runs notebooks as a Synapse session does: unchanged, cell by cell, in one namespace. Only `mssparkutils` is ours."""

import sys
import types


class NotebookExit(BaseException):
    """`mssparkutils.notebook.exit`: ends the notebook, successfully; nothing that catches errors catches it."""

    def __init__(self, value):
        super().__init__("exit")
        self.value = value


class SynapseSession:
    """
    A session of a workspace. `cells_of(name)` gives a notebook's cells as (kind, text, line): kind `run` runs the notebook that its text
    names, `parameters` is followed by a pipeline's, `markdown` is left out. `credentials` is what `mssparkutils.credentials` is.
    """

    def __init__(self, spark, cells_of, credentials, workspace="syn-oea-local", displayed=None):
        self.spark, self._cells_of, self._credentials, self._workspace = spark, cells_of, credentials, workspace
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
            credentials=self._credentials,
            notebook=types.SimpleNamespace(exit=self._exit),
            env=types.SimpleNamespace(getWorkspaceName=lambda: self._workspace, getUserName=lambda: "local"),
            runtime=types.SimpleNamespace(context={"isForPipeline": True, "pipelineJobId": "local"}),
        )
        module = types.ModuleType("notebookutils")
        module.mssparkutils = utilities
        sys.modules["notebookutils"] = module
        self.namespace["mssparkutils"] = utilities

    def _exit(self, value=""):
        raise NotebookExit(value)

    def _execute(self, name, parameters):
        for kind, text, line in self._cells_of(name):
            if kind == "run":
                self._execute(text, None)
            elif kind in ("code", "parameters"):
                exec(compile("\n" * line + text, f"{name}.py", "exec"), self.namespace)
            if kind == "parameters" and parameters is not None:
                # As Synapse does: a cell of its own after the one with the defaults.
                self.namespace.update(parameters)
