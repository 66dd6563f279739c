import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.urls import reverse

from tests.factories.people import UserFactory

TOTP_PERIOD = 30  # seconds (RFC 6238)
SECRET = "JBSWY3DPEHPK3PXP"


def recovery_code(codes: RecoveryCodes) -> str:
    return codes.get_unused_codes()[0]


def app_code(codes: RecoveryCodes) -> str:
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // TOTP_PERIOD))


@pytest.mark.django_db
class TestRecoveryCode:
    @pytest.mark.parametrize(
        ("code", "told"), [(recovery_code, 1), (app_code, 0)], ids=["recovery", "authenticator"]
    )
    def test_is_told_to_its_owner_once_it_let_somebody_in(self, client, code, told):
        user = UserFactory()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        TOTP.activate(user, SECRET)
        codes = RecoveryCodes.activate(user)
        client.post(reverse("account_login"), {"login": user.email, "password": "portal-demo"})
        client.post(reverse("mfa_authenticate"), {"code": code(codes)})
        assert client.session["_auth_user_id"] == str(user.pk)
        words = ["logged in to your account with a recovery code" in letter.body for letter in mail.outbox]
        assert words == [True] * told
