"""`python -m bench [--only NAME …] [--full | --quick | --smoke]`: what `make bench` runs."""

import argparse
import os
import sys
import time
import traceback

import django


def main() -> int:
    asked = _arguments()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    django.setup()
    from django.conf import settings

    from bench import cluster, report
    from bench.plan import PLANS
    from bench.table import chosen

    names = chosen(asked.only, full=asked.size == "full")
    if not names:
        print("There is no such name: bench/table.py has them.", file=sys.stderr)
        return 2
    cluster.assert_fit()
    print(report.HEAD)
    results = {}
    for name in names:
        began = time.monotonic()
        new = _measure(name, PLANS[asked.size])
        results |= new
        took = f"[{time.monotonic() - began:.0f} s]"
        print("\n".join(f"{report.line(each, result)}  {took}" for each, result in new.items()), flush=True)
        report.save(results, settings.STATE / "latest.json")
    complaints = report.complaints(results, only_failures=asked.size == "smoke")
    content = "Everything ran." if asked.size == "smoke" else "Every bar is reached."
    print("\n".join(complaints) or content)
    return int(bool(complaints))


def _measure(name: str, plan) -> dict:
    from bench.measures import MEASURES
    from bench.result import Result

    try:
        result = MEASURES[name](plan)
    except Exception:
        traceback.print_exc()
        return {name: Result(None, failed=True, notes="failed")}
    if result.measured_as:
        skipped = Result(None, skipped=True, notes="only with FULL=1")
        return {name: skipped, result.measured_as: result}
    return {name: result}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--only", nargs="*", default=[], help="names, or patterns such as 'gift.*'")
    size = parser.add_mutually_exclusive_group()
    for name in ("full", "quick", "smoke"):
        size.add_argument(f"--{name}", dest="size", action="store_const", const=name, default="honest")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
