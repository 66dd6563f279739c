import datetime as dt

import pytest
import time_machine

from payouts import tasks
from payouts.operations import identity_review as review
from payouts.operations import reminders
from portal.models import Notice
from tests.factories.papers import sign, submit, submitted, verifier
from tests.factories.payouts import NOW, IdentityFactory, TaxFormFactory
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def run(at: dt.datetime) -> None:
    with time_machine.travel(at, tick=False):
        tasks.remind_of_papers()


def told(person, *kinds: str) -> int:
    return Notice.objects.filter(person=person, kind__in=kinds).count()


def asked(creator):
    version = submitted(creator)
    review.ask(version_id=version.pk, actor=verifier(), questions={"city": "Which?"}, at=NOW)
    return version


class TestRemindOfPapers:
    def test_reminds_three_times_and_no_more(self):
        creator = CreatorFactory()
        asked(creator)
        counts = []
        for days in (2, 3, 3, 7, 12, 13, 40):
            run(NOW + days * DAY)
            counts.append(told(creator, "identity_reminder"))
        assert counts == [0, 1, 1, 2, 3, 3, 3]

    def test_makes_up_for_days_on_which_nothing_ran_by_one(self):
        creator = CreatorFactory()
        asked(creator)
        run(NOW + 8 * DAY)
        assert told(creator, "identity_reminder") == 1

    def test_is_quiet_once_it_is_answered(self):
        creator = CreatorFactory()
        asked(creator)
        submit(creator, key="2", at=NOW + DAY)
        run(NOW + 5 * DAY)
        assert told(creator, "identity_reminder") == 0

    def test_warns_before_verification_and_form_run_out_and_says_when_they_have(self):
        creator = CreatorFactory()
        IdentityFactory(creator=creator, expires_at=NOW + 100 * DAY)
        TaxFormFactory(creator=creator, expires_at=NOW + 100 * DAY)
        ahead, over = [], []
        for days in (60, 70, 71, 93, 100, 101):
            run(NOW + days * DAY)
            ahead.append(told(creator, "verification_expiring"))
            over.append(told(creator, "verification_expired"))
        assert (ahead, over) == ([0, 2, 2, 4, 4, 4], [0, 0, 0, 0, 2, 2])

    def test_does_not_warn_of_what_is_being_renewed(self):
        creator = CreatorFactory()
        version = review.verify(version_id=submitted(creator).pk, actor=verifier(), at=NOW)
        sign(creator)
        submit(creator, key="2", at=NOW + DAY)
        run(version.expires_at - DAY)
        assert told(creator, "verification_expiring") == 0

    def test_goes_on_where_one_reminder_fails(self, monkeypatch):
        first, second = CreatorFactory(), CreatorFactory()
        for creator in (first, second):
            asked(creator)
        whole = reminders.notify

        def broken(*, person, **facts):
            if person == first:
                raise RuntimeError("no")
            whole(person=person, **facts)

        monkeypatch.setattr(reminders, "notify", broken)
        run(NOW + 3 * DAY)
        assert (told(first, "identity_reminder"), told(second, "identity_reminder")) == (0, 1)
