"""What allauth is told about the project's own people."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend as Accounts
from allauth.mfa.adapter import DefaultMFAAdapter

from payouts.encryption import decrypt, encrypt
from portal.queries.notices import people_with_unread


class AuthenticationBackend(Accounts):
    """Finds who a session belongs to, together with how much they have not read yet."""

    def get_user(self, user_id):
        person = people_with_unread().filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None


class AccountAdapter(DefaultAccountAdapter):
    def populate_username(self, request, user) -> None:
        """There is no user name to fill: people log in by email."""


class MFAAdapter(DefaultMFAAdapter):
    """Second-factor secrets rest encrypted, under the same keys as bank details."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)
