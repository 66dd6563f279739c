import pytest
from django.db import IntegrityError, transaction

from payouts.notices import notify as payouts_notify
from portal.models import MutedKind, Notice
from portal.notices import kinds
from portal.operations.notices import UnknownKind, WrongFacts, notify
from tests.concurrency.threads import race
from tests.factories.notices import notice_of
from tests.factories.payouts import NOW
from tests.factories.people import UserFactory
from wallets.notices import notify as wallets_notify

pytestmark = pytest.mark.django_db


class TestNotify:
    @pytest.mark.parametrize("call", [notify, payouts_notify, wallets_notify])
    def test_tells_a_thing_once(self, call):
        person, kind = UserFactory(), kinds()["payout_paid"]
        for _ in range(2):
            call(
                person=person, kind="payout_paid", key="a", at=NOW, facts=kind.example, url="/studio/payouts/"
            )
        told = Notice.objects.get()
        assert (told.person, told.kind, told.at, told.facts) == (person, "payout_paid", NOW, kind.example)
        assert (told.url, told.to_mail, told.read_at, told.mailed_at) == (
            "/studio/payouts/",
            True,
            None,
            None,
        )

    @pytest.mark.django_db(transaction=True)
    def test_tells_a_thing_once_when_two_say_it_at_once(self):
        person = UserFactory()
        told = race(lambda _: notice_of(person, key="a"), 4)
        assert told == [Notice.objects.get()] * 4

    def test_goes_with_the_transaction_that_told_it(self):
        with transaction.atomic():
            notice_of(UserFactory())
            transaction.set_rollback(True)
        assert not Notice.objects.exists()

    def test_writes_moments_and_days_as_they_are(self):
        facts = {**kinds()["method_added"].example, "usable_from": NOW}
        notify(person=UserFactory(), kind="method_added", key="a", at=NOW, facts=facts)
        assert Notice.objects.get().facts["usable_from"] == "2026-03-02T12:00:00Z"

    def test_refuses_what_no_product_declares(self):
        with pytest.raises(UnknownKind):
            notify(person=UserFactory(), kind="weather", key="a", at=NOW, facts={})

    @pytest.mark.parametrize("change", [{"net": None}, {"more": 1}])
    def test_refuses_facts_that_are_not_those_of_the_kind(self, change):
        facts = {**kinds()["payout_paid"].example, **change}
        facts = {name: value for name, value in facts.items() if value is not None}
        with pytest.raises(WrongFacts):
            notify(person=UserFactory(), kind="payout_paid", key="a", at=NOW, facts=facts)
        assert not Notice.objects.exists()

    @pytest.mark.parametrize("url", ["https://elsewhere.test/", "//elsewhere.test/", "studio/"])
    def test_refuses_to_lead_elsewhere(self, url):
        with pytest.raises(IntegrityError), transaction.atomic():
            notice_of(UserFactory(), url=url)

    def test_mails_nothing_that_its_reader_switched_off(self):
        person = UserFactory()
        for kind in ("payout_approved", "payout_paid"):
            MutedKind.objects.create(person=person, kind=kind)
        assert not notice_of(person, "payout_approved").to_mail
        assert notice_of(person, "payout_paid").to_mail, "this kind is no choice"
        assert notice_of(UserFactory(), "payout_approved").to_mail
