import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

pytestmark = pytest.mark.django_db


def sign_up(client, **facts):
    filled = {
        "email": "ada@example.test",
        "display_name": "Ada",
        "country": "JP",
        "password1": "a-long-enough-secret",
    }
    client.post(reverse("account_signup"), filled | facts)
    return get_user_model().objects.get(email="ada@example.test")


class TestSignUp:
    def test_takes_currency_and_country_from_the_answers(self, client):
        person = sign_up(client)
        assert (person.display_name, person.country, person.base_currency) == ("Ada", "JP", "JPY")

    def test_takes_the_browsers_time_zone(self, client):
        assert sign_up(client, time_zone="America/Sao_Paulo").time_zone == "America/Sao_Paulo"

    @pytest.mark.parametrize("told", ["", "Mars/Olympus", "../../etc/passwd", "\x00"])
    def test_falls_back_on_the_countrys_usual_one(self, client, told):
        assert sign_up(client, time_zone=told).time_zone == "Asia/Tokyo"
