from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.demo import (
    affiliate,
    after,
    challenges,
    claims,
    deals,
    desk,
    evening,
    giving,
    merch,
    networks,
    papers,
    play,
    programmes,
    promotions,
    treasury,
)
from portal.demo.people import NAMED, PASSWORD, make_people
from portal.demo.year import Year, rest, was_begun, was_told

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
        people, now = make_people(), timezone.now()
        told = was_told(people)
        if not told and was_begun(people):
            raise CommandError(
                "An earlier start was stopped while it made its data, and can't go on. Remove the folder "
                f"{settings.STATE} and start again."
            )
        year = [] if told else Year(people, now, on_month=self._progress).acts()
        if told:
            self.stdout.write("The year of data is there already.")
            papers.show(people, now)
        else:
            desk.meet(people, now)
            self.stdout.write("Making a year of data: ", ending="")
        play(
            year,
            *(
                noun.acts(people, now)
                for noun in (
                    treasury,
                    programmes,
                    promotions,
                    challenges,
                    evening,
                    claims,
                    giving,
                    affiliate,
                    after,
                )
            ),
        )
        papers.move(people, now)
        desk.write(people, now)
        deals.tell(people, now)
        merch.tell(people, now)
        networks.tell(people, now)
        treasury.tell(now)
        if not told:
            rest(now)
            self.stdout.write("done.")
        self.stdout.write(f"\nLogins (password: {PASSWORD}):")
        for person in NAMED:
            self.stdout.write(f"  {person.email:<22} {person.name} {TRY[person.email]}")
        self.stdout.write("\nMails that the site sends are at /demo/mail/.")

    def _progress(self, month: str) -> None:
        self.stdout.write(f"{month} ", ending="")
        self.stdout.flush()
