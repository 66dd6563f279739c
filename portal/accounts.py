"""What allauth is told about the project's own people."""

import datetime as dt
import uuid

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend as Accounts
from allauth.account.authentication import get_authentication_records
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone

from ledger.encryption import decrypt, encrypt
from portal.operations.closing import keep_open
from portal.operations.sightings import saw
from portal.queries.closing import waiting_closure
from portal.queries.notices import people_with_unread


class AuthenticationBackend(Accounts):
    """Finds who a session belongs to, together with how much they have not read yet."""

    def get_user(self, user_id):
        person = people_with_unread().filter(pk=user_id).first()
        return person if person and person.is_active else None

    def user_can_authenticate(self, user) -> bool:
        """An account that is going to be closed sleeps: its owner alone wakes it, by logging in."""
        return super().user_can_authenticate(user) or waiting_closure(user) is not None


class AccountAdapter(DefaultAccountAdapter):
    def pre_login(self, request, user, **facts) -> HttpResponse | None:
        """Who wakes their account goes on to the second factor, if there is one, and is awake after that."""
        if not user.is_active and waiting_closure(user):
            return None
        return super().pre_login(request, user, **facts)

    def post_login(self, request, user, **facts) -> HttpResponse:
        """From where they came is noted, for reviewers of payouts; a browser keeps a number of its own. A
        recovery code gets in without the phone: its owner hears of that."""
        if keep_open(person=user, at=timezone.now()):
            messages.success(request, "Welcome back. Your account stays open.")
        response = super().post_login(request, user, **facts)
        proofs = get_authentication_records(request, user)
        if any(each.get("type") == Authenticator.Type.RECOVERY_CODES for each in proofs):
            self.send_notification_mail("mfa/email/recovery_code_used", user)
        device = request.COOKIES.get(settings.DEVICE_COOKIE, "")[:64] or uuid.uuid4().hex
        saw(person=user, address=get_client_ip(request) or "", device=device, at=timezone.now())
        response.set_cookie(
            settings.DEVICE_COOKIE,
            device,
            max_age=dt.timedelta(days=365),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response

    def populate_username(self, request, user) -> None:
        """There is no user name to fill: people log in by email."""


class MFAAdapter(DefaultMFAAdapter):
    """Second-factor secrets rest encrypted, under the same keys as bank details."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)
