import re

import pytest
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.test import Client
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


class TestErrorPages:
    @pytest.mark.parametrize(
        "name", ["400.html", "403.html", "404.html", "405.html", "403_csrf.html", "500.html"]
    )
    def test_need_no_context(self, name):
        page = render_to_string(name)
        assert "<main" in page
        assert "css/components.css" in page

    def test_name_the_site_even_without_a_request(self, settings):
        settings.SITE_NAME = "Lantern"
        assert "Lantern" in render_to_string("400.html")

    def test_answer_a_form_from_elsewhere(self):
        page = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "a@x.test"})
        assert page.status_code == 403
        assert "no money moved" in page.text


class TestSignUp:
    def test_asks_for_a_code_and_lets_the_address_be_mended(self, client, mailoutbox):
        facts = {
            "email": "nova@example.test",
            "display_name": "Nova",
            "country": "JP",
            "password1": "a-long-sentence",
        }
        page = client.post(reverse("account_signup"), facts, follow=True).text
        assert "nova@example.test" in page
        assert "Send a new code" in page
        assert "Not your address?" in page
        (mail,) = mailoutbox
        code = re.search(r"^[A-Z0-9-]{6,9}$", mail.body, re.MULTILINE)[0]
        assert code in mail.alternatives[0].content
        client.post(reverse("account_email_verification_sent"), {"code": code})
        user = get_user_model().objects.get(email="nova@example.test")
        assert client.session["_auth_user_id"] == str(user.pk)
        assert (user.display_name, str(user.country), user.base_currency) == ("Nova", "JP", "JPY")
