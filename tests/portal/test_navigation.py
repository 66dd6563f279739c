import pytest
from django.urls import reverse

from tests.factories.people import CreatorFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


def labels(client, path: str = "/") -> list[str]:
    return [item["label"] for item in client.get(path).context["navigation"]]


class TestNavigation:
    @pytest.mark.parametrize(
        ("factory", "items"),
        [
            (UserFactory, ["Home", "Wallet", "Challenges"]),
            (CreatorFactory, ["Home", "Wallet", "Challenges", "Studio", "Payouts"]),
            (StaffFactory, ["Home", "Wallet", "Challenges", "Desk"]),
        ],
    )
    def test_shows_each_role_its_own_rooms(self, client, factory, items):
        client.force_login(factory())
        assert labels(client) == items

    @pytest.mark.parametrize("page", ["payouts", "statements", "methods", "verification"])
    def test_marks_the_deepest_room_alone(self, client, page):
        client.force_login(CreatorFactory())
        shown = client.get(reverse(f"payouts:{page}")).context["navigation"]
        assert [item["label"] for item in shown if item["current"]] == ["Payouts"]

    @pytest.mark.parametrize(
        ("name", "current"),
        [("payouts:payouts", ["Payouts"]), ("partnerships:imports", []), ("studio", ["Overview"])],
        ids=["payouts", "imports", "studio"],
    )
    def test_leads_through_the_studio_inside_it_alone(self, client, name, current):
        client.force_login(CreatorFactory())
        inside = client.get(reverse(name)).context["studio_navigation"]
        assert [item["label"] for item in inside if item["current"]] == current
        assert "studio_navigation" not in client.get("/").context


class TestFavicon:
    def test_is_the_mark(self, client):
        assert client.get("/favicon.ico").headers["Location"].endswith("img/mark.svg")
