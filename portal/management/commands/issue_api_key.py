from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.models import User
from portal.operations.keys import UnableToIssue, issue_key
from portal.scopes import SCOPES, scopes_for


class Command(BaseCommand):
    help = "Make an API key for a person and print it. This is the only time it can be read."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "--scope", action="append", choices=SCOPES, help="Repeat for more; all of theirs unless told."
        )

    def handle(self, *, email: str, scope: list[str] | None, **options) -> None:
        try:
            user = User.objects.get_by_natural_key(email)
        except User.DoesNotExist as error:
            raise CommandError(f"Nobody here has the email {email}.") from error
        try:
            issued = issue_key(
                user=user, name="Command line", scopes=scope or scopes_for(user), at=timezone.now()
            )
        except UnableToIssue as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(issued.secret)
