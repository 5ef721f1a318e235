"""Who was erased stays erased, whichever engine lands the next delivery (ERASE1, ERASE2)."""

import csv
import hashlib
import hmac
import json
import shutil

from lake import SALT, Lake, differences, project, report_facts

LATER = "2030-01-07T05-30-00"


OTHER_ACCOUNT = "0e2f7c55-5d1c-4c2e-9a53-3f6f0c7d1a10"


def delivered_later(drop, folder, account):
    """
    The same roster once more with another account of the person, and a day of activity in which the former one is spelled
    otherwise and the other one is used.
    """
    shutil.copytree(drop, folder)
    (roster,) = (folder / "M365" / "roster").iterdir()
    roster.rename(roster.with_name(LATER))
    days = sorted((folder / "M365" / "activity").iterdir())
    for day in days[:-1]:
        shutil.rmtree(day)
    mapping = next((folder / "M365" / "roster").glob("*/AadUserPersonMapping/*.csv"))
    text = mapping.read_bytes().decode()
    own = next(line for line in text.splitlines() if account in line)
    mapping.write_bytes((text.rstrip("\r\n") + "\r\n" + own.removeprefix("\ufeff").replace(account, OTHER_ACCOUNT) + "\r\n").encode())
    file = next(days[-1].glob("*.csv"))
    lines = file.read_bytes().decode().splitlines(keepends=True)
    at = max((n for n, line in enumerate(lines) if account in line), default=len(lines) - 1)
    lines[at] = lines[at].replace(account, OTHER_ACCOUNT)
    file.write_bytes("".join(lines).replace(account, account.upper()).encode())
    return days[-1].rename(days[-1].with_name("2030-01-07")).parents[2]


def tombstones(lake):
    """The entries of the tombstones without their times."""
    folder = lake.root / "oea/dev/stage2/Ingested/M365/_erasure"
    return [{**json.loads(file.read_text()), "at": ""} for file in sorted(folder.iterdir()) if file.suffix == ".json"]


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
    assert report_facts(reports[0]) == report_facts(reports[1])
    said = [message["message"] for message in reports[1]["messages"] if message["code"] == "ERASE2"]
    assert [text.partition(",")[0] for text in said] == ["The delivered mapping connects erased persons with 1 more accounts or persons"]
    assert tombstones(distributed) == tombstones(erased)
    left_out = {flow["table"]: flow["erased"] for flow in reports[1]["tables"] if "erased" in flow}
    assert left_out["AadUser"] == left_out["Person"] == 1
    assert differences(erased, distributed) == []
    events = distributed.landing_ledger()
    assert events == erased.landing_ledger()
    assert [event for event in events if event["event"] == "erased" and LATER[:10] in event["files"][0]["landed"]] != []
    stages = [file for stage in ("stage1", "stage2", "stage3") for file in (distributed.root / "oea/dev" / stage).rglob("*") if file.is_file()]
    texts = [text.encode() for name in (account, person, OTHER_ACCOUNT) for text in (name, name.upper())]
    assert [file.name for file in stages if any(text in file.read_bytes() for text in texts)] == []
    assert project("verify", [{"lake": str(distributed.root)}])[0]["outcome"] == "passed"


NEW_SALT = "the salt after the rekey of a lake that Spark has written"
TABLES = ["AadUser", "AadUserPersonMapping", "Person"]
PERSONS = "oea/dev/stage2/Refined/M365/v1.14/general/Person"


def pseudonyms(lake):
    return set(lake.table(PERSONS).to_pyarrow_table()["Id_pseudonym"].to_pylist())


def test_an_hmac_lake_of_spark_is_erased_and_rekeyed_like_one_of_the_embedded_engine(home, spark, small_drop):
    """ERASE1, ERASE4 and the treatment hmac: what one engine wrote the commands change as they change the other's."""
    embedded, distributed = (Lake(home / "keyed" / engine, TABLES, keyed=True).deliver(small_drop, TABLES) for engine in ("embedded", "spark"))
    reports = embedded.embedded(), distributed.spark(spark)
    assert [report["outcome"] for report in reports] == ["succeeded", "succeeded"]
    with next((small_drop / "M365" / "roster").glob("*/Person/*.csv")).open(encoding="utf-8-sig") as file:
        (person, *_), *others = csv.reader(file)
    persons = {person, *(one for one, *_ in others)}
    made = {salt: {one: hmac.new(salt.encode(), one.encode(), hashlib.sha256).hexdigest() for one in persons} for salt in (SALT, NEW_SALT)}
    assert pseudonyms(distributed) == set(made[SALT].values())

    lakes = [{"lake": str(lake.root), "keyed": True} for lake in (embedded, distributed)]
    erased = [project("erase", {**lake, "person": person}) for lake in lakes]
    assert [report["proof"]["found"] for report in erased] == [[], []]
    assert differences(embedded, distributed) == []
    kept = pseudonyms(distributed)
    left = {one for one in persons if made[SALT][one] in kept}
    assert (person in left, len(left)) == (False, len(persons) - erased[1]["persons"])

    rekeyed = [project("rekey", {**lake, "salt": NEW_SALT}) for lake in lakes]
    assert rekeyed[1]["versions"] == rekeyed[0]["versions"]
    assert differences(embedded, distributed) == []
    assert pseudonyms(distributed) == {made[NEW_SALT][one] for one in left}
    gone = [text.encode() for text in (person, made[NEW_SALT][person], *made[SALT].values())]
    stages = [file for stage in ("stage1", "stage2", "stage3") for file in (distributed.root / "oea/dev" / stage).rglob("*") if file.is_file()]
    assert [file.name for file in stages if any(text in file.read_bytes() for text in gone)] == []
    verified = project("verify", [{**lake, "salt": NEW_SALT} for lake in lakes])
    assert [report["outcome"] for report in verified] == ["passed", "passed"]
