"""Who was erased stays erased, whichever engine lands the next delivery (ERASE1, ERASE2)."""

import csv
import shutil

from lake import differences, project

LATER = "2030-01-07T05-30-00"


def delivered_later(drop, folder, person):
    """The same roster once more, and a day of activity in which the person's account is spelled otherwise."""
    shutil.copytree(drop, folder)
    (roster,) = (folder / "M365" / "roster").iterdir()
    roster.rename(roster.with_name(LATER))
    days = sorted((folder / "M365" / "activity").iterdir())
    for day in days[:-1]:
        shutil.rmtree(day)
    file = next(days[-1].glob("*.csv"))
    file.write_text(file.read_text().replace(person, person.upper()))
    return days[-1].rename(days[-1].with_name("2030-01-07")).parents[2]


def test_an_erased_person_stays_erased_in_both_engines(home, spark, small_drop, small_lake):
    mapping = next((small_drop / "M365" / "roster").glob("*/AadUserPersonMapping/*.csv"))
    with mapping.open(encoding="utf-8-sig") as file:
        account, _, _, person = next(csv.reader(file))
    erased = small_lake.copy(home / "erasure" / "embedded")
    assert project("erase", {"lake": str(erased.root), "person": person})["proof"]["found"] == []
    distributed = erased.copy(home / "erasure" / "spark")
    later = delivered_later(small_drop, home / "erasure" / "drop", account)
    reports = erased.deliver(later).embedded(), distributed.deliver(later).spark(spark)
    assert [report["outcome"] for report in reports] == ["succeeded", "succeeded"]
    assert differences(erased, distributed) == []
    events = distributed.landing_ledger()
    assert events == erased.landing_ledger()
    assert [event for event in events if event["event"] == "erased" and LATER[:10] in event["files"][0]["landed"]] != []
    stages = [file for stage in ("stage1", "stage2", "stage3") for file in (distributed.root / "oea/dev" / stage).rglob("*") if file.is_file()]
    texts = [text.encode() for name in (account, person) for text in (name, name.upper())]
    assert [file.name for file in stages if any(text in file.read_bytes() for text in texts)] == []
    assert project("verify", [{"lake": str(distributed.root)}])[0]["outcome"] == "passed"
