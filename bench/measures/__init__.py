"""Each name of the table and the function that measures it."""

from bench.measures import counters, gifts

MEASURES = {**counters.MEASURES, **gifts.MEASURES}
