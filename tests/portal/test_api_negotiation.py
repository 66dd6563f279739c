import pytest

from tests.factories.keys import issue_key
from tests.factories.people import UserFactory


@pytest.mark.django_db
class TestNegotiation:
    @pytest.mark.parametrize(
        ("accept", "query", "status"),
        [
            (None, {}, 200),
            ("*/*", {}, 200),
            ("application/json", {}, 200),
            ("text/html, */*;q=0.1", {}, 200),
            ("text/html", {}, 406),
            ("*/*", {"format": "json"}, 200),
            ("*/*", {"format": "xml"}, 404),
        ],
        ids=["nothing", "anything", "json", "page-first", "page", "named", "unknown"],
    )
    def test_gives_json_to_whoever_takes_it(self, client, accept, query, status):
        key = issue_key(user=UserFactory(), name="test", scopes=["wallet:read"])
        headers = {"Authorization": f"Bearer {key}"} | ({"Accept": accept} if accept else {})
        answer = client.get("/api/v1/wallet/", query, headers=headers)
        assert answer.status_code == status
        assert answer.headers["Content-Type"].endswith("json")
