"""What allauth is told about the project's own people."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter

from payouts.encryption import decrypt, encrypt


class AccountAdapter(DefaultAccountAdapter):
    def populate_username(self, request, user) -> None:
        """There is no user name to fill: people log in by email."""


class MFAAdapter(DefaultMFAAdapter):
    """Second-factor secrets rest encrypted, under the same keys as bank details."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)
