import base64
import datetime as dt
from urllib.parse import urlencode

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from portal.models import ApiKey
from portal.scopes import SCOPES
from tests.factories.keys import issue_key
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def ask(client, key: str, path: str = "/api/v1/wallet/"):
    return client.get(path, headers={"Authorization": f"Bearer {key}"})


class TestKeys:
    def test_open_what_their_scopes_name(self, client):
        key = issue_key(user=UserFactory(), name="phone", scopes=["wallet:read"])
        assert ask(client, key).status_code == 200
        refused = ask(client, key, "/api/v1/gifts/")
        assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")

    def test_are_kept_as_a_digest_alone(self):
        key = issue_key(user=UserFactory(), name="phone", scopes=["wallet:read"])
        assert key not in str(ApiKey.objects.values())

    @pytest.mark.parametrize("key", ["", "lum_wrong", "lum_" + "x" * 5000])
    def test_that_nobody_issued_are_refused(self, client, key):
        answer = ask(client, key)
        assert answer.status_code == 401
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["WWW-Authenticate"] == "Bearer"

    def test_end_when_they_expire_or_their_person_leaves(self, client):
        user = UserFactory()
        key = issue_key(user=user, name="phone", scopes=["wallet:read"])
        ApiKey.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
        assert ask(client, key).status_code == 401
        ApiKey.objects.update(expires_at=None)
        user.is_active = False
        user.save()
        assert ask(client, key).status_code == 401


class TestIssueApiKey:
    def test_prints_a_key_that_works(self, client, capsys):
        user = UserFactory()
        call_command("issue_api_key", user.email.upper())
        assert ask(client, capsys.readouterr().out.strip()).status_code == 200

    def test_keeps_to_the_scopes_it_was_told(self, capsys):
        call_command("issue_api_key", UserFactory().email, "--scope", "gifts:read")
        assert ApiKey.objects.get().scopes == ["gifts:read"]

    def test_knows_whom_it_is_for(self):
        with pytest.raises(CommandError, match="Nobody"):
            call_command("issue_api_key", "nobody@example.test")
        assert not ApiKey.objects.exists()


class TestProblems:
    def test_name_an_address_that_nothing_answers(self, client):
        answer = client.get("/api/v1/nothing/")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert answer.headers["Content-Type"] == "application/problem+json"

    def test_come_for_a_body_that_is_no_json(self, client):
        key = issue_key(user=UserFactory(), name="phone", scopes=["gifts:write"])
        answer = client.post(
            "/api/v1/gifts/",
            "{",
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "one"},
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")

    @pytest.mark.parametrize(
        "position", ["p=foo", "p=0", "p=%00", "r=1&p=2026-13-45", "o=x", "p=" + "9" * 400]
    )
    @pytest.mark.parametrize("scope", ["gifts", "payouts", "coin-purchases"])
    def test_come_for_a_cursor_that_points_at_nothing(self, client, position, scope):
        key = issue_key(user=UserFactory(), name="phone", scopes=list(SCOPES))
        cursor = base64.b64encode(position.encode()).decode()
        answer = ask(client, key, f"/api/v1/{scope}/?{urlencode({'cursor': cursor})}")
        assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")

    @pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 100_000])
    def test_come_for_a_body_nested_without_end(self, client, body):
        key = issue_key(user=UserFactory(), name="phone", scopes=["gifts:write"])
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "one"}
        answer = client.post("/api/v1/gifts/", body, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
