"""Ratios of runs next to each other: what disturbs the machine disturbs both."""

import random
import statistics

from bench.load import Run
from bench.plan import Plan
from bench.result import Result
from bench.stage import Side


def compare(a: Side, b: Side, plan: Plan) -> Result:
    """The median of a's rate by b's, pair by pair, in an order that dice decide."""
    dice = random.SystemRandom()
    runs: list[tuple[Run, Run]] = []
    for side in (a, b) if plan.pairs > 1 else ():
        side(min(1, plan.seconds))
    for _ in range(plan.pairs):
        if dice.random() < 0.5:
            first = a(plan.seconds)
            runs.append((first, b(plan.seconds)))
        else:
            second = b(plan.seconds)
            runs.append((a(plan.seconds), second))
    return Result(
        value=statistics.median(left.rate / right.rate for left, right in runs),
        a=[round(left.rate, 1) for left, _ in runs],
        b=[round(right.rate, 1) for _, right in runs],
        notes=f"{_told([left for left, _ in runs])} / {_told([right for _, right in runs])}",
    )


def _told(runs: list[Run]) -> str:
    rate, p99, cpu = (
        statistics.median(figures)
        for figures in zip(*((run.rate, run.p99_ms, run.cpu_ms) for run in runs), strict=True)
    )
    return f"{rate:,.0f}/s, p99 {p99:,.0f} ms, client CPU {cpu:.2f} ms a gift"
