"""Judges a report of Checkov by the list of skips. The last line printed is "N passed, N failed"."""

import datetime
import json
import sys


def findings(report):
    """Every failed check as (check, stack, resource, text)."""
    for run in report if isinstance(report, list) else [report]:
        for failed in run.get("results", {}).get("failed_checks", []):
            stack = failed["file_path"].strip("/").split("/")[0]
            yield failed["check_id"], stack, failed["resource"], failed["check_name"]


def passed(report):
    return sum(run.get("summary", {}).get("passed", 0) for run in (report if isinstance(report, list) else [report]))


def parse_errors(report):
    return sum(len(run.get("results", {}).get("parsing_errors", [])) for run in (report if isinstance(report, list) else [report]))


def is_valid(skip, today):
    """A skip has somebody who answers for it, and a last day (yyyy-MM-dd) that is not over."""
    return bool(skip.get("owner")) and datetime.date.fromisoformat(skip.get("expires", "0001-01-01")) >= today


def main(report_file, skips_file):
    with open(report_file, encoding="utf-8") as file:
        report = json.load(file)
    with open(skips_file, encoding="utf-8") as file:
        listed = json.load(file)
    over = [skip for skip in listed if not is_valid(skip, datetime.date.today())]
    skips = {(skip["check"], stack): skip["reason"] for skip in listed if skip not in over for stack in skip["stacks"]}

    failed = parse_errors(report)
    if failed:
        print(f"{failed} file(s) could not be read")
    for skip in over:
        failed += 1
        print(f"FAILED  the skip of {skip['check']} has no owner, or ended on {skip.get('expires')}")
    used = set()
    for check, stack, resource, text in sorted(findings(report)):
        if (check, stack) in skips:
            used.add((check, stack))
            print(f"skipped {check} at {stack} {resource}: {skips[check, stack]}")
        else:
            failed += 1
            print(f"FAILED  {check} at {stack} {resource}: {text}")
    for check, stack in sorted(set(skips) - used):
        failed += 1
        print(f"FAILED  the skip of {check} at {stack} skips nothing: take it out")
    good = passed(report)
    if good == 0:
        failed += 1
        print("FAILED  Checkov has checked nothing")
    print(f"{good} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
