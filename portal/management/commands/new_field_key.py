from cryptography.fernet import Fernet
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Print a new key for FIELD_ENCRYPTION_KEYS. Put it in front of the others."

    def handle(self, **options) -> None:
        self.stdout.write(Fernet.generate_key().decode())
