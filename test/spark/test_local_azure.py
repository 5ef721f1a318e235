"""`--engine spark`: the deployed notebooks, unchanged, on Spark on this machine and the local Azure's storage."""

import json

from lake import Lake, differences, once


def test_the_main_pipeline_on_local_spark_makes_the_lake_of_the_embedded_engine(home):
    """Every table is equal in counts, rows and pseudonyms, and verification is green (design.md, principle 6)."""
    distributed, embedded = (Lake(home / "local-azure" / name) for name in ("spark", "embedded"))
    told = once("rehearse.ts", {"set": "k12", "spark": str(distributed.root), "embedded": str(embedded.root)})
    assert told == {"verification": {"outcome": "passed", "notPassed": []}, "unknownOperations": []}
    assert len(embedded.tables()) >= 90
    assert differences(embedded, distributed) == []
    assert distributed.landing_ledger() == embedded.landing_ledger()
    reports = [json.loads(file.read_text()) for file in (distributed.root / "oea/reports/dev/runs").glob("*.json")]
    assert {report["engine"] for report in reports} == {"spark"}
    # The plan makes the lake databases once more, in a run of their own.
    assert sorted(report["outcome"] for report in reports) == ["nothing to do", "succeeded"]
