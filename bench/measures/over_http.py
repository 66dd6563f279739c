"""Through the web server that the demo runs: the site's own API beside the usual way behind the same API."""

from bench import people
from bench.load import Crowd
from bench.pairs import compare
from bench.plan import Plan
from bench.result import Result
from bench.servers import broker, web
from bench.stage import stage
from bench.ways import portal, usual
from bench.ways.over_http import OverHttp, issue_keys

_KEYS = 1000
"""So many viewers, that none of them meets the API's limit of requests a minute."""


def vs_select_for_update(plan: Plan) -> Result:
    with stage(plan) as ready, broker(), web() as address:
        some = ready.viewers[-_KEYS:]
        crowd = Crowd(some, ready.creators[:1], people.broke(ready.viewers))
        keys = issue_keys(some)
        ours = OverHttp(portal, f"{address}/api/v1/gifts/", keys)
        theirs = OverHttp(usual, f"{address}/api/v1/bench/gifts/", keys)
        return compare(ready.side(ours, crowd), ready.side(theirs, crowd), plan)


MEASURES = {"gift.http.hot.c32.vs_select_for_update": vs_select_for_update}
