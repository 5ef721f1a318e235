"""The notebooks of assets/notebooks, run from their files, with a vault of one salt."""

import pathlib
import re

from synapse_session import SynapseSession

PROJECT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = PROJECT / "assets" / "notebooks"
MARKER = re.compile(r"^# %%(?: \[(markdown|parameters)\])?\s*$")
RUN = re.compile(r"^# %run ([A-Za-z0-9_][\w -]*?)\s*$")


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
    """`mssparkutils.credentials`: a vault with one salt; tokens are for a lake in an account, which these lakes are not."""

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


class Session(SynapseSession):
    """A session of a workspace that has our notebooks and the generated `Insights_catalogue`."""

    def __init__(self, spark, deployment, salt, displayed=None):
        self.secrets = Secrets(salt)
        self._deployment = deployment
        super().__init__(spark, self._file, self.secrets, "syn-oea-test", displayed)

    def _file(self, name):
        if name == "Insights_catalogue":
            return cells(f"# %%\n{self._deployment}")
        return cells((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
