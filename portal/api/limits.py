"""So many requests a minute for each key, counted in minutes of the clock by the cache's server."""

import time

from django.conf import settings
from django.core.cache import cache
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

MINUTE = 60


class MinuteLimit(BaseThrottle):
    """Refuses what comes above `settings.API_REQUESTS_A_MINUTE`, and says when to ask again. Requests of a
    session are counted by person.

    What is left is told in the fields of draft-ietf-httpapi-ratelimit-headers-10; `KeyMiddleware` puts them
    on every answer."""

    def allow_request(self, request: Request, view) -> bool:
        """Raises Throttled, rather than saying no, so that no other throttle is asked any more."""
        quota = settings.API_REQUESTS_A_MINUTE
        who = request.auth.id if request.auth else request.user.pk or self.get_ident(request)
        minute, past = divmod(int(time.time()), MINUTE)
        counted = cache.count(f"api:{who}:{minute}", MINUTE)
        request._request.rate_limit = (
            ("RateLimit-Policy", f'"minute";q={quota};w={MINUTE}'),
            ("RateLimit", f'"minute";r={max(quota - counted, 0)};t={MINUTE - past}'),
        )
        if counted > quota:
            raise Throttled(MINUTE - past)
        return True
