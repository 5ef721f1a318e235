"""The other notebooks: each step on its own, as upstream's pipelines run them; the tour for people; validation; upkeep."""

import json
import shutil

import pytest

from conftest import DROPS
from lake import SHARE, Lake, differences, project


def verified(lake):
    (report,) = project("verify", [{"lake": str(lake.root)}])
    return [(check["check"], check["findings"][:3]) for check in report["checks"] if check["status"] == "failed"]


def test_the_notebooks_one_after_the_other_do_what_the_driver_does(home, spark, small_drop, small_lake):
    lake = Lake(home / "steps" / "notebooks").deliver(small_drop)
    session = lake.session(spark)
    place = {"workspace": "dev", "version": "1.14"}
    session.run("Insights_pre-processing", test_data_set="", data_share_directory=SHARE, **place)
    assert lake.tables() == []
    for name in ("Insights_ingest", "Insights_schema_correction", "Insights_refine"):
        session.run(name, **place)
    assert differences(small_lake, lake) == []
    assert verified(lake) == []


def test_the_drivers_steps_one_after_the_other_do_the_same(home, spark, small_drop, small_lake):
    """As `1_land_insights_prod_data`, `2_ingest_insights` and `3_refine_insights` start it."""
    lake = Lake(home / "steps" / "driver").deliver(small_drop)
    for steps in ("land", "ingest,correct", "refine,digital_engagement,validate"):
        report = lake.spark(spark, steps=steps)
        assert report["outcome"] != "failed" and "error" not in report, report["messages"]
    assert differences(small_lake, lake) == []


def test_validation_passes_on_a_good_lake(spark, small_lake):
    small_lake.session(spark).run("Insights_DataValidation", workspace="dev", version="1.14")


def test_validation_names_the_table_that_lacks_rows(home, spark, small_lake):
    damaged = small_lake.copy(home / "steps" / "damaged")
    place = "oea/dev/stage2/Refined/M365/v1.14/general/Session"
    damaged.table(place).delete()
    with pytest.raises(Exception, match="^VALIDATION_FAILED: Session: general has 0 rows by its files and 3 by its ledger. Session: general has 0 rows, Corrected 3 and 0 are kept.$"):
        damaged.session(spark).run("Insights_DataValidation", workspace="dev", version="1.14")


def test_the_tour_runs_from_top_to_bottom_and_shows_nothing_personal(spark, processed):
    """`Insights_example`: pictures, and tables without a column that general does not have."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as pictures

    pictures.close("all")
    lake = processed("k12")[0]
    session = lake.session(spark)
    session.run("Insights_example", workspace="dev", version="1.14")
    drawn = len(pictures.get_fignums())
    pictures.close("all")
    assert drawn >= 5 and session.displayed
    columns = {name for _, shown in session.displayed if hasattr(shown, "columns") for name in map(str, shown.columns)}
    assert columns & {"GivenName", "Surname", "Mail", "PersonId", "ObjectId", "UserPrincipalName", "ActorId", "_c0", "_c1"} == set()


GENERAL = "oea/dev/stage2/Refined/M365/v1.14/general/activity"


def test_upkeep_makes_few_files_of_many_and_both_engines_go_on(home, spark):
    """19 days of activity as few files: rows, ledgers and statistics stay; another day follows on either engine."""
    drop = home / "upkeep" / "drop"
    shutil.copytree(DROPS["k12"] / "M365" / "activity", drop / "M365" / "activity")
    expected, lake = (Lake(home / "upkeep" / name).deliver(drop) for name in ("expected", "spark"))
    expected.embedded()
    lake.embedded()
    before = {place: lake.content(place) for place in lake.tables()}
    files = len(lake.table(GENERAL).file_uris())
    done = maintain(lake, spark)
    assert done["filesFewer"] > 20
    assert done == {"filesFewer": done["filesFewer"], "tablesVacuumed": len(lake.tables()), "filesDeleted": 0, "retentionHours": 168.0}
    assert {place: lake.content(place) for place in lake.tables()} == before
    assert len(lake.table(GENERAL).file_uris()) < min(files, 4)
    assert verified(lake) == []
    other = lake.copy(home / "upkeep" / "embedded")
    day = max((DROPS["k12"] / "M365" / "activity").iterdir())
    for one in (lake, other, expected):
        target = one.drop / "M365" / "activity" / "2024-04-02"
        shutil.copytree(day, target)
        (file,) = target.glob("*.csv")
        # The same signals once more, some of them corrected: rows leave the file that was made of many.
        file.write_text(file.read_text(encoding="utf-8").replace(",Teams,", ",OneNote,"), encoding="utf-8")
    assert lake.spark(spark)["outcome"] == "succeeded"
    assert other.embedded()["outcome"] == "succeeded"
    assert expected.embedded()["outcome"] == "succeeded"
    assert differences(expected, lake) == []
    assert differences(expected, other) == []
    assert verified(lake) == []
    assert verified(other) == []
    content = {place: lake.content(place) for place in lake.tables()}
    assert maintain(lake, spark, retention_hours=0)["filesDeleted"] > files
    assert {place: lake.content(place) for place in lake.tables()} == content
    assert data_files(lake) == sorted(uri for place in lake.tables() for uri in lake.table(place).file_uris())


def maintain(lake, spark, **parameters):
    return json.loads(lake.session(spark).run("Insights_maintenance", workspace="dev", version="1.14", **parameters))


def data_files(lake):
    """Every data file that lies in a table, whether a version has it or not."""
    found = (lake.root / path for path in lake.files() if path.endswith(".parquet") and "/_delta_log/" not in path)
    return sorted(str(path) for path in found)
