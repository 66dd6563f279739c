import pytest
from django.core import mail
from django.urls import reverse

from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def ask(client, email: str) -> tuple[str, str]:
    """Where it leads, and what the page there says."""
    answer = client.post(reverse("account_reset_password"), {"email": email})
    return answer.url, client.get(answer.url).text.replace(email, "")


class TestPasswordReset:
    def test_answers_alike_whether_there_is_an_account_or_not(self, client):
        known = UserFactory().email
        assert ask(client, known) == ask(client, "nobody@example.test")
        assert [letter.to for letter in mail.outbox] == [[known], ["nobody@example.test"]]

    def test_tells_an_unknown_address_in_our_words(self, client):
        ask(client, "nobody@example.test")
        (letter,) = mail.outbox
        assert letter.subject == "There is no account with this address"
        html = letter.alternatives[0].content
        for text in (letter.body, html):
            assert "nobody@example.test" in text
            assert "/accounts/signup/" in text
        assert "because somebody typed your address" in html


class TestSignUpWithAKnownAddress:
    def test_tells_its_owner_in_our_words(self, client):
        known = UserFactory().email
        facts = {"display_name": "Ada", "country": "JP", "password1": "a-long-enough-secret"}
        client.post(reverse("account_signup"), {"email": known} | facts)
        (letter,) = mail.outbox
        assert (letter.subject, letter.to) == ("You have an account already", [known])
        for text in (letter.body, letter.alternatives[0].content):
            assert "/accounts/password/reset/" in text
