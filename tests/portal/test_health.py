import pytest


@pytest.mark.django_db
class TestHealth:
    def test_says_that_the_process_answers(self, client):
        assert client.get("/healthz").json() == {"status": "ok"}

    def test_says_that_the_site_is_ready(self, client):
        assert client.get("/readyz").json() == {"status": "ok", "database": "ok", "cache": "ok"}

    def test_says_what_is_not(self, client, settings):
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": "redis://127.0.0.1:1",
            }
        }
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["cache"]) == (503, "unreachable")

    def test_keeps_metrics_to_those_who_hold_the_token(self, client, settings):
        settings.DEBUG, settings.METRICS_TOKEN = False, "secret"
        assert client.get("/metrics").status_code == 404
        for wrong in ("Bearer wrong", "Bearer é", "secret "):
            assert client.get("/metrics", headers={"Authorization": wrong}).status_code == 404
        answer = client.get("/metrics", headers={"Authorization": "Bearer secret"})
        assert b"# HELP" in answer.content

    def test_has_no_metrics_without_a_token(self, client, settings):
        settings.DEBUG, settings.METRICS_TOKEN = False, ""
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
