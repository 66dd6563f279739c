import pytest
from django.urls import reverse

from tests.factories.people import CreatorFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


class TestHome:
    def test_offers_sign_up_and_log_in_to_strangers(self, client):
        page = client.get(reverse("home")).text
        assert reverse("account_signup") in page
        assert reverse("account_login") in page

    def test_greets_a_viewer_with_a_way_out(self, client):
        client.force_login(UserFactory(display_name="Ada"))
        page = client.get(reverse("home")).text
        assert "Ada" in page
        assert reverse("account_logout") in page


class TestNavigation:
    def test_shows_staff_the_desk(self, client):
        client.force_login(StaffFactory())
        assert reverse("admin:index") in client.get(reverse("home")).text

    @pytest.mark.parametrize("factory", [UserFactory, CreatorFactory])
    def test_hides_the_desk_from_everyone_else(self, client, factory):
        client.force_login(factory())
        assert reverse("admin:index") not in client.get(reverse("home")).text

    def test_marks_one_page_as_current(self, client):
        client.force_login(UserFactory())
        assert client.get(reverse("home")).text.count('aria-current="page"') == 1
