"""What a balancer, an orchestrator and a metrics collector ask."""

import secrets

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django_prometheus.exports import ExportToDjangoView
from redis.exceptions import RedisError


def healthz(request: HttpRequest) -> JsonResponse:
    """This process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """This process can do its work: the database is migrated and the cache answers. 503 names what is not."""
    checks = {"database": _database(), "cache": _cache()}
    ready = all(word == "ok" for word in checks.values())
    return JsonResponse({"status": "ok" if ready else "unavailable", **checks}, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return "ok" if _is_migrated() else "not migrated"
    except DatabaseError:
        return "unreachable"


def _is_migrated() -> bool:
    """Once it is, it stays so for the life of this process's code, and need not be worked out again."""
    if not _is_migrated.known:
        executor = MigrationExecutor(connection)
        _is_migrated.known = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _is_migrated.known


_is_migrated.known = False


def _cache() -> str:
    try:
        cache.set("readyz", "ok", 5)
        return cache.get("readyz", "forgets")
    except (RedisError, DatabaseError):
        return "unreachable"


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus's text format; outside DEBUG for bearers of METRICS_TOKEN alone."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.DEBUG and not (
        settings.METRICS_TOKEN and secrets.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    ):
        raise Http404
    return ExportToDjangoView(request)
