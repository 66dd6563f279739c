"""`python -m bench [--only NAME …] [--full | --quick | --smoke]`: what `make bench` runs."""

import argparse
import os
import sys
import time
import traceback
from fnmatch import fnmatch

import django

SIZES = {
    "full": "all client counts and 5 M rows",
    "quick": "a glance, for developing",
    "smoke": "a handful of gifts; the numbers mean nothing and no bar is held against them",
}


def main() -> int:
    asked = _arguments()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    django.setup()
    from django.conf import settings

    from bench import cluster, report
    from bench.measures import MEASURES
    from bench.pairs import Result
    from bench.plan import FULL, HONEST, QUICK, SMOKE

    plan = {"full": FULL, "quick": QUICK, "smoke": SMOKE}.get(asked.size, HONEST)
    names = [name for name in MEASURES if not asked.only or any(fnmatch(name, each) for each in asked.only)]
    if not names:
        print(f"There is no such name. Known: {', '.join(MEASURES)}.", file=sys.stderr)
        return 2
    cluster.assert_fit()
    print(report.HEAD)
    results, told, failed = {}, set(), False
    for name in names:
        began = time.monotonic()
        try:
            results[name] = result = MEASURES[name](plan)
            if result.measured_as:
                results[result.measured_as] = result
                results[name] = Result(None, skipped=True, notes="only with FULL=1")
        except Exception as error:
            traceback.print_exc()
            results[name] = Result(None, notes=f"failed: {type(error).__name__}")
            failed = True
        for each in results:
            if each not in told:
                told.add(each)
                print(f"{report.line(each, results[each])}  [{time.monotonic() - began:.0f} s]", flush=True)
        report.save(results, settings.STATE / "latest.json")
    if asked.size == "smoke":
        return int(failed)
    complaints = report.complaints(results)
    print("\n".join(complaints) or "Every bar is reached.")
    return int(bool(complaints))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--only", nargs="*", default=[], help="names, or patterns such as 'gift.*'")
    size = parser.add_mutually_exclusive_group()
    for name, words in SIZES.items():
        size.add_argument(f"--{name}", dest="size", action="store_const", const=name, help=words)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
