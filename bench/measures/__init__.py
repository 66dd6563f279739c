"""Each name of the table and the function that measures it, in the order in which they run."""

from bench.measures import counters, feed, gifts, growth, over_http

MEASURES = {**counters.MEASURES, **gifts.MEASURES, **over_http.MEASURES, **growth.MEASURES, **feed.MEASURES}
