"""What may stand behind the `?` of an address of the API."""

import re
import uuid

import pytest
import yaml
from django.urls import resolve

from portal.api.parameters import declared
from portal.settings import BASE_DIR
from tests.factories.keys import issue_key
from tests.factories.people import CreatorFactory

ROOT = "/api/v1/"


@pytest.fixture
def get(client):
    headers = {"Authorization": f"Bearer {issue_key(user=CreatorFactory(), scopes=['payouts:read'])}"}

    def ask(path: str, method: str = "get", **asked: str):
        return getattr(client, method)(f"{ROOT}{path}", asked, headers=headers)

    return ask


def _view(path: str) -> type:
    """Whatever stands for its parts."""
    parts = (str(uuid.UUID(int=0)), "2026-03", "2026", "x")
    tried = (resolve(re.sub(r"{[^}]*}", part, path)).func for part in parts)
    return next(view.cls for view in tried if hasattr(view, "cls"))


def test_declared_ones_are_those_of_the_schema():
    paths = yaml.load((BASE_DIR / "docs" / "openapi.yaml").read_text(), Loader=yaml.CSafeLoader)["paths"]
    found = {}
    for path, verbs in paths.items():
        view = _view(path)
        for verb, operation in verbs.items():
            told = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
            found[f"{verb} {path}"] = (set(declared(view, verb.upper())), told - {"format"})
    assert {name: pair for name, pair in found.items() if pair[0] != pair[1]} == {}
    assert found[f"get {ROOT}payouts/"][0] == {"cursor", "page_size", "state"}


@pytest.mark.django_db
class TestDeclared:
    def test_refuses_what_the_schema_does_not_tell_of(self, get):
        answer = get("payouts/", sate="paid")
        words = ["There is no such parameter here, only cursor, page_size, state."]
        assert (answer.status_code, answer.json()["errors"]) == (400, {"sate": words})
        words = ["There are no parameters here."]
        assert get("balances/", state="x", limit="3").json()["errors"] == {"limit": words, "state": words}

    def test_goes_for_heads_and_leaves_the_rest_alone(self, get, client):
        assert get("payouts/", "head", sate="paid").status_code == 400
        assert get("payouts/", state="paid", format="json").status_code == 200
        assert client.put(f"{ROOT}payouts/?sate=paid").status_code in (401, 405)
        assert client.get("/api/docs/", {"script": ""}).status_code == 200
