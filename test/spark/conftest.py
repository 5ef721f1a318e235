"""One Spark session and one home for all lakes of a run of the tier."""

import pathlib
import shutil
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import notebooks  # noqa: E402
from lake import Lake, project  # noqa: E402

UPSTREAM = notebooks.PROJECT.parent / "shared" / "upstream" / "k12"
DROPS = {
    "k12": notebooks.PROJECT / "test_data" / "k12",
    "hed": notebooks.PROJECT / "test_data" / "hed",
    "upstream k12": UPSTREAM,
}


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spark")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def spark(home):
    import session

    started = session.start(home / "session", events=False)
    yield started
    started.stop()


@pytest.fixture(scope="session")
def processed(home, spark):
    """The committed sets and upstream's, each processed once by each engine: (embedded, its report, Spark, its report)."""
    made = {}

    def get(name):
        if not DROPS[name].exists():
            pytest.skip(f"{name}: ../shared/upstream/k12 is not here")
        if name not in made:
            embedded, distributed = (Lake(home / name.replace(" ", "-") / engine).deliver(DROPS[name]) for engine in ("embedded", "spark"))
            made[name] = (embedded, embedded.embedded(), distributed, distributed.spark(spark))
        return made[name]

    return get


@pytest.fixture(scope="session")
def small_drop(home, scenarios):
    """All tables of a small institution, and two days of activity."""
    return home / "drops" / "base"


@pytest.fixture(scope="session")
def small_lake(home, small_drop):
    """What the embedded engine makes of it. Not to be changed."""
    lake = Lake(home / "small").deliver(small_drop)
    assert lake.embedded()["outcome"] == "succeeded"
    return lake


@pytest.fixture(scope="session")
def scenarios(home):
    """Drops of every scenario, by name."""
    made = project("scenarios", {"out": str(home / "drops"), "people": 300, "days": 2})
    return {scenario["name"]: scenario for scenario in made}
