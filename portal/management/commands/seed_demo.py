from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Fill the demo with people and a year of their doings, through the operations. Safe to repeat."

    def handle(self, **options) -> None:
        if not settings.DEMO:
            raise CommandError("The demo's people have public passwords: this needs DEBUG=true.")
