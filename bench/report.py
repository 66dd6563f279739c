"""What was measured, as a table for people and a file for programs."""

import json
import sys
from pathlib import Path
from statistics import median

from bench.result import Result
from bench.table import AA, AA_RANGE, row_of


def save(results: dict[str, Result], path: Path) -> None:
    facts = {name: {"value": result.value, "a": result.a, "b": result.b} for name, result in results.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(facts, indent=1) + "\n")


def line(name: str, result: Result) -> str:
    row = row_of(name)
    value = (
        "–"
        if result.value is None
        else f"{result.value:,.3g}"
        if result.value < 100
        else f"{result.value:,.0f}"
    )
    aim = "" if row.aim is None else f"{row.aim:g}"
    if result.failed or _misses(name, result):
        verdict = "NO"
    else:
        verdict = "–" if row.bar is None or result.skipped else "yes"
    return f"{name:38}{value:>9}  {row.bar_words:>8}  {aim:>6}  {verdict:>4}  {result.notes}"


HEAD = f"{'name':38}{'value':>9}  {'bar':>8}  {'aim':>6}  pass"


def complaints(results: dict[str, Result], *, only_failures: bool) -> list[str]:
    """Why the run is not good; nothing if it is. `only_failures` lets any number pass."""
    failed = [name for name, result in results.items() if result.failed]
    said = [f"Failed: {', '.join(failed)}."] if failed else []
    if only_failures:
        return said
    if AA.name in results:
        low, high = AA_RANGE
        same = results[AA.name].value
        if same is None or not low <= same <= high:
            said.append(f"The run is void: the gift against itself gave {same}, outside {low}–{high}.")
    missed = [name for name, result in results.items() if _misses(name, result)]
    if missed:
        said.append(f"Missed: {', '.join(missed)}.")
    return said


def _misses(name: str, result: Result) -> bool:
    return not (result.skipped or result.failed or row_of(name).passes(result.value))


def markdown(path: Path) -> str:
    """A saved run as a table for docs/performance.md: the value beside the medians it was made from."""
    lines = ["| Name | Measured | Bar | Aim | Median of a | Median of b |", "|---|---|---|---|---|---|"]
    for name, facts in json.loads(path.read_text()).items():
        row = row_of(name)
        figures = [facts["value"], *(median(facts[side]) if facts[side] else None for side in "ab")]
        value, a, b = ("–" if figure is None else f"{figure:,.4g}" for figure in figures)
        aim = "" if row.aim is None else f"{row.aim:g}"
        lines.append(f"| `{name}` | {value} | {row.bar_words} | {aim} | {a} | {b} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(markdown(Path(sys.argv[1])))
