"""The address is what a bank account is guarded by, so it is guarded as well."""

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.urls import reverse

from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


class TestEmailChange:
    def test_needs_a_recent_proof(self, client):
        user = UserFactory()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        client.force_login(user)
        answer = client.post(reverse("account_email"), {"action_add": "", "email": "thief@example.test"})
        assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
        assert list(EmailAddress.objects.values_list("email", flat=True)) == [user.email]

    def test_is_told_to_the_address_that_was(self, client):
        user = UserFactory()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        new = EmailAddress.objects.create(user=user, email="new@example.test", verified=True)
        client.force_login(user)
        client.post(reverse("account_reauthenticate"), {"password": "portal-demo"})
        client.post(reverse("account_email"), {"action_primary": "", "email": new.email})
        (letter,) = mail.outbox
        assert (letter.to, letter.subject) == ([user.email], "Your email address was changed")
        assert f"from {user.email} to {new.email}" in letter.body
        assert f"choose a new password now and write to us: {settings.SUPPORT_EMAIL}" in letter.body
