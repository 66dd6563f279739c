import pytest
import yaml
from django.core.management import call_command

from portal.settings import BASE_DIR
from tests.factories.keys import issue_key
from tests.factories.people import UserFactory

COMMITTED = BASE_DIR / "docs" / "openapi.yaml"
WITHOUT_CONFLICT = {"/api/v1/gifts/", "/api/v1/overlay/renew/"}


@pytest.fixture(scope="module")
def schema():
    return yaml.load(COMMITTED.read_text(), Loader=yaml.CSafeLoader)


@pytest.fixture(scope="module")
def paths(schema):
    return schema["paths"]


def _operations(paths) -> dict:
    return {(verb, path): one for path, verbs in paths.items() for verb, one in verbs.items()}


class TestSchema:
    def test_is_the_committed_one_and_made_without_a_warning(self, tmp_path):
        """`make schema` writes it; read what changed."""
        made = tmp_path / "schema.yaml"
        call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(made))
        assert made.read_text() == COMMITTED.read_text()

    @pytest.mark.django_db
    @pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/"])
    def test_is_open_to_readers(self, client, path):
        assert client.get(path).status_code == 200

    @pytest.mark.django_db
    def test_is_sent_to_nobody_who_has_it(self, client):
        etag = client.get("/api/schema/").headers["ETag"]
        again = client.get("/api/schema/", headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")


class TestOperations:
    def test_tell_what_anybody_may_be_answered(self, paths):
        for name, operation in _operations(paths).items():
            statuses = {"401", "406", "429"} | ({"304"} if name[0] == "get" else set())
            assert statuses <= operation["responses"].keys(), name
            assert ("403" in operation["responses"]) is ({} not in operation["security"]), name
            assert operation["summary"], name
            assert not operation.get("description", "").startswith(operation["summary"]), name

    def test_tell_the_problems_of_what_they_take(self, paths):
        for (verb, path), operation in _operations(paths).items():
            told = operation["responses"].keys()
            assert ("{" not in path) or "404" in told, path
            assert ("requestBody" not in operation) or {"400", "413", "415"} <= told, path
            assert (verb == "get") or path in WITHOUT_CONFLICT or "409" in told, path

    def test_take_an_idempotency_key_where_they_do_something(self, paths):
        needed = set()
        for (verb, path), operation in _operations(paths).items():
            named = {each["name"]: each.get("required", False) for each in operation.get("parameters", ())}
            assert ("Idempotency-Key" in named) == (verb != "get"), path
            if named.get("Idempotency-Key"):
                needed.add(path)
        moving_money = ("gifts", "tips", "coin-purchases", "coin-purchases/{id}/refunds", "payouts")
        assert {f"/api/v1/{noun}/" for noun in moving_money} <= needed

    def test_name_the_scope_and_the_codes_of_refusals(self, paths):
        send = paths["/api/v1/gifts/"]["post"]
        assert {"Key": ["gifts:write"]} in send["security"]
        assert "`gifts:write`" in send["description"]
        assert "`insufficient_coins`" in send["responses"]["422"]["description"]
        assert "422" not in paths["/api/v1/gifts/"]["get"]["responses"]


class TestShapes:
    def test_require_of_answers_what_they_always_have(self, schema):
        shapes = schema["components"]["schemas"]
        assert shapes["BrandRequest"]["required"] == ["name"]
        assert set(shapes["Brand"]["required"]) == set(shapes["Brand"]["properties"])
        on_demand = {"deliverables", "milestones"}
        assert set(shapes["Deal"]["required"]) == set(shapes["Deal"]["properties"]) - on_demand


@pytest.mark.django_db
class TestETags:
    def test_save_a_program_what_it_has(self, client):
        headers = {"Authorization": f"Bearer {issue_key(user=UserFactory(), scopes=['gifts:read'])}"}
        first = client.get("/api/v1/gift-types/", headers=headers)
        again = client.get("/api/v1/gift-types/", headers=headers | {"If-None-Match": first.headers["ETag"]})
        assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
        assert again.headers["RateLimit"]
