import pytest
from django.urls import reverse

from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
FACTS = {
    "display_name": "Mira",
    "handle": "mira",
    "country": "JP",
    "birth_date": "1990-05-17",
    "time_zone": "Asia/Tokyo",
    "language": "en-gb",
    "base_currency": "JPY",
}


@pytest.fixture
def user(client):
    user = UserFactory(handle="before")
    client.force_login(user)
    return user


class TestProfile:
    def test_asks_strangers_to_log_in(self, client):
        assert client.get(reverse("profile")).url.startswith(reverse("account_login"))

    def test_saves_every_part(self, client, user):
        assert client.post(reverse("profile"), FACTS).status_code == 302
        user.refresh_from_db()
        assert {name: str(getattr(user, name)) for name in FACTS} == FACTS

    def test_writes_handles_small(self, client, user):
        client.post(reverse("profile"), FACTS | {"handle": "MiRa"})
        user.refresh_from_db()
        assert user.handle == "mira"

    def test_says_beside_the_field_that_a_handle_is_taken(self, client, user):
        UserFactory(handle="mira")
        page = client.post(reverse("profile"), FACTS)
        assert page.status_code == 422
        assert "taken" in page.context["form"].errors["handle"][0]

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("handle", "a"),
            ("handle", "no spaces"),
            ("country", "ZZ"),
            ("time_zone", "Mars/Olympus"),
            ("language", "xx"),
            ("base_currency", "COIN"),
            ("base_currency", "XXX"),
            ("country", ""),
        ],
    )
    def test_refuses_what_does_not_exist(self, client, user, field, value):
        page = client.post(reverse("profile"), FACTS | {field: value})
        assert page.status_code == 422
        assert field in page.context["form"].errors
        user.refresh_from_db()
        assert user.handle == "before"

    def test_keeps_a_birth_date_once_told(self, client, user):
        client.post(reverse("profile"), FACTS | {"birth_date": "2001-02-03"})
        user.refresh_from_db()
        assert str(user.birth_date) == "1990-05-17"
        assert 'name="birth_date" value="1990-05-17"' in client.get(reverse("profile")).text

    @pytest.mark.parametrize("date", ["1850-01-01", "2999-01-01", "x", "0000-00-00", "\x00"])
    def test_refuses_a_birth_date_that_nobody_has(self, client, date):
        user = UserFactory(birth_date=None)
        client.force_login(user)
        page = client.post(reverse("profile"), FACTS | {"birth_date": date})
        assert page.status_code == 422
        assert "birth_date" in page.context["form"].errors

    def test_does_without_a_birth_date(self, client):
        user = UserFactory(birth_date=None)
        client.force_login(user)
        assert client.post(reverse("profile"), FACTS | {"birth_date": ""}).status_code == 302

    def test_ties_the_message_to_its_field(self, client, user):
        page = client.post(reverse("profile"), FACTS | {"handle": "a"}).text
        assert 'aria-describedby="id_handle_helptext id_handle_error"' in page
        assert 'id="id_handle_error"' in page

    def test_costs_few_queries(self, client, user, django_assert_num_queries):
        with django_assert_num_queries(2):  # the session and its person
            client.get(reverse("profile"))


class TestBecomeCreatorPage:
    def test_makes_a_creator(self, client, user):
        client.post(reverse("become_creator"))
        user.refresh_from_db()
        assert user.is_creator

    def test_says_that_a_handle_is_needed(self, client):
        user = UserFactory(handle="")
        client.force_login(user)
        page = client.post(reverse("become_creator"), follow=True)
        assert "Choose a handle" in page.text
        user.refresh_from_db()
        assert not user.is_creator

    def test_leads_back_where_nobody_pressed_the_button(self, client, user):
        assert client.get(reverse("become_creator")).headers["Location"] == reverse("profile")
        user.refresh_from_db()
        assert not user.is_creator
