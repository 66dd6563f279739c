from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.demo import after, claims, desk, evening, giving, papers, promotions, treasury
from portal.demo.challenges import tell_challenges
from portal.demo.people import NAMED, PASSWORD, make_people
from portal.demo.year import Year, was_told

TRY = {
    "viewer@demo.test": "has coins: open /c/lumi/ and send a gift",
    "newviewer@demo.test": "has none yet: buy some at /wallet/buy/",
    "creator@demo.test": "can be paid: see /studio/, then request a payout",
    "newcreator@demo.test": "has everything still to do: see /studio/payouts/",
    "staff@demo.test": "reviews payouts at /admin/",
    "lead@demo.test": "is the second pair of eyes for large payouts",
    "admin@demo.test": "may do everything at /admin/",
}


class Command(BaseCommand):
    help = "Fill the demo with people and a year of their doings, through the operations. Safe to repeat."

    def handle(self, **options) -> None:
        if not settings.DEMO:
            raise CommandError("The demo's people have public passwords: this needs DEBUG=true.")
        people = make_people()
        promotions.announce(people, timezone.now())
        if was_told(people):
            self.stdout.write("The year of data is there already.")
        else:
            desk.meet(people, timezone.now())
            self.stdout.write("Making a year of data: ", ending="")
            Year(people, timezone.now(), on_month=self._progress).tell()
            self.stdout.write("done.")
        tell_challenges(people, timezone.now())
        evening.tell(people, timezone.now())
        claims.tell(people, timezone.now())
        giving.tell(people, timezone.now())
        after.tell(people, timezone.now())
        papers.move(people, timezone.now())
        desk.write(people, timezone.now())
        treasury.tell(timezone.now())
        self.stdout.write(f"\nLogins (password: {PASSWORD}):")
        for person in NAMED:
            self.stdout.write(f"  {person.email:<22} {person.name} {TRY[person.email]}")
        self.stdout.write("\nMails that the site sends are at /demo/mail/.")

    def _progress(self, month: str) -> None:
        self.stdout.write(f"{month} ", ending="")
        self.stdout.flush()
