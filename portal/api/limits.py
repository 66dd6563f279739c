"""So many requests a minute for each person, counted in minutes of the clock by the cache's server."""

import time

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

MINUTE = 60


class MinuteLimit(BaseThrottle):
    """Refuses what comes above `settings.API_REQUESTS_A_MINUTE`, and says when to ask again."""

    def allow_request(self, request: Request, view) -> bool:
        who = request.user.pk or self.get_ident(request)
        minute, self._past = divmod(int(time.time()), MINUTE)
        return cache.count(f"api:{who}:{minute}", MINUTE) <= settings.API_REQUESTS_A_MINUTE

    def wait(self) -> int:
        """Seconds."""
        return MINUTE - self._past
