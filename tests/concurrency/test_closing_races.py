"""Several workers at one account."""

import pytest

from ledger.chart import FORFEITED
from ledger.queries import balance
from portal.models import Closure, Notice
from portal.models.closures import ClosureState
from portal.operations.closing import GRACE, ask_to_close, close, keep_open
from portal.operations.exports import ask_for_export, build
from portal.queries.closing import ahead_of
from tests.concurrency.threads import race
from tests.factories.payouts import NOW, give_cash
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db(transaction=True)


class TestClose:
    def test_happens_once_or_not_at_all_whoever_comes_at_the_same_moment(self):
        """Three workers close what is due, and its owner logs in: either all of it is done, once, or the
        account is as it was."""
        lumi = CreatorFactory()
        give_cash(lumi, "EUR", 120)
        closure = ask_to_close(person=lumi, agreed=ahead_of(lumi, NOW).given_up, at=NOW)
        lumi.refresh_from_db()

        def work(number: int) -> bool:
            if number == 3:
                return keep_open(person=lumi, at=NOW + GRACE)
            return close(closure_id=closure.pk, at=NOW + GRACE)

        *workers, kept = race(work, 4)
        assert [*workers, kept].count(True) == 1
        closure, person = Closure.objects.get(), type(lumi).objects.get(pk=lumi.pk)
        assert person.is_active == (closure.state == ClosureState.CANCELLED) == kept
        assert balance(FORFEITED.platform("EUR")) == (0 if kept else 120)


class TestBuild:
    def test_happens_once(self):
        """Two clicks at once ask for one, and of three workers one builds it."""
        lumi = CreatorFactory()
        wishes = race(lambda _: ask_for_export(person=lumi, at=NOW).pk, 2)
        assert len(set(wishes)) == 1
        assert race(lambda _: build(export_id=wishes[0], clock=lambda: NOW), 3).count(True) == 1
        assert Notice.objects.count() == 1
