"""`python -m bench [--only NAME …] [--full | --quick]`: what `make bench` runs."""

import argparse
import os
import sys
import time
import traceback
from fnmatch import fnmatch

import django


def main() -> int:
    asked = _arguments()
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    django.setup()
    from django.conf import settings

    from bench import cluster, people, report
    from bench.measures import MEASURES
    from bench.pairs import Result
    from bench.plan import FULL, HONEST, QUICK

    plan = FULL if asked.full else QUICK if asked.quick else HONEST
    names = [name for name in MEASURES if not asked.only or any(fnmatch(name, each) for each in asked.only)]
    if not names:
        print(f"There is no such name. Known: {', '.join(MEASURES)}.", file=sys.stderr)
        return 2
    cluster.assert_fit()
    people.prepare()
    print(report.HEAD)
    results = {}
    for name in names:
        began = time.monotonic()
        try:
            results[name] = MEASURES[name](plan)
        except Exception as error:
            traceback.print_exc()
            results[name] = Result(None, notes=f"failed: {type(error).__name__}")
        print(f"{report.line(name, results[name])}  [{time.monotonic() - began:.0f} s]", flush=True)
        report.save(results, settings.STATE / "latest.json")
    complaints = report.complaints(results)
    print("\n".join(complaints) or "Every bar is reached.")
    return 1 if complaints else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--only", nargs="*", default=[], help="names, or patterns such as 'gift.*'")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--full", action="store_true", help="all client counts and 5 M rows")
    size.add_argument("--quick", action="store_true", help="a glance, for developing")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
