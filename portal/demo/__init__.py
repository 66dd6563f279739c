"""The demo's story, told through the operations: acts, each at its moment, in the order of their moments."""

import datetime as dt
import heapq
from collections.abc import Callable, Iterable
from operator import itemgetter

Act = tuple[dt.datetime, Callable[[dt.datetime], object]]


def play(*stories: Iterable[Act]) -> None:
    """Tell these stories as one; each is in order by itself."""
    for moment, act in heapq.merge(*stories, key=itemgetter(0)):
        act(moment)
