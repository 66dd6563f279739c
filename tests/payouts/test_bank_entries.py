"""What people do where the bank's word fits nothing, or where no line leads to the bank."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from ledger.chart import CREATOR_CASH_AVAILABLE, FEE_REVENUE
from ledger.queries import balance
from payouts import queries
from payouts.models import BankEntry
from payouts.operations.bank_entries import DoesNotFit, NotOpen, set_aside, settle_by_hand
from payouts.operations.bank_messages import read_bank
from payouts.operations.review import MissingReason, NotPermitted
from payouts.states import State
from tests.factories.bank_messages import ON_ITS_WAY, WHOLE, hear, stand
from tests.factories.payouts import NOW, approved_payout, remit
from tests.factories.people import StaffFactory
from tests.payouts.bank import OUR_DOLLARS, amended

pytestmark = pytest.mark.django_db


def clerk(*permissions: str):
    person = StaffFactory()
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return person


@pytest.fixture
def payout(bank):
    payout = approved_payout()
    remit(payout_id=payout.id, at=NOW)
    bank.advance()
    return payout


@pytest.fixture
def parked(bank, payout):
    """The bank booked the payment under a reference that nobody knows."""
    (debit,) = bank.messages("camt.054")
    hear(amended(debit, EndToEndId="NOBODYS"))
    return BankEntry.objects.get(outcome="parked")


def decide(entry, payout, verdict="paid", **changes):
    facts = {"actor": clerk("settle_bankentry"), "reason": "Asked the bank.", "at": NOW}
    return settle_by_hand(
        entry_id=entry.id, **{"reference": payout.reference, "verdict": verdict} | facts | changes
    )


class TestSettleByHand:
    def test_pays_what_the_bank_booked_under_another_name(self, payout, parked):
        entry = decide(parked, payout)
        assert stand(payout) == (State.PAID, 0, 0, 8_965)
        assert (entry.outcome, entry.note, entry.remittance.state) == (
            "by_hand",
            "Asked the bank.",
            "settled",
        )
        evidence = payout.events.last().evidence
        assert (evidence["why"], evidence["settled_by"]) == ("Asked the bank.", str(entry.decided_by_id))

    def test_gives_back_what_returned_under_another_name(self, bank, payout):
        read_bank(at=NOW)
        bank._call("POST", "/_mock/credits", json={"account": "ACME", "amount": 8_965, "note": "RETURNED"})
        read_bank(at=NOW)
        credit = BankEntry.objects.get(what="credit")
        assert (credit.outcome, stand(payout)[0]) == ("parked", State.PAID)
        decide(credit, payout, "returned")
        assert stand(payout) == (State.RETURNED, WHOLE, 0, 0)

    def test_fails_what_the_bank_will_not_send(self, bank, payout):
        (accepted,) = bank.messages("pain.002")
        refusal = accepted.replace("ACCP", "RJCT")
        hear(amended(refusal, OrgnlEndToEndId="NOBODYS", OrgnlMsgId="NOBODYS"))
        entry = BankEntry.objects.filter(end_to_end_id="NOBODYS").get()
        decide(entry, payout, "refused")
        assert stand(payout) == (State.FAILED, 0, WHOLE, 0)

    def test_never_calls_refused_what_the_bank_has_booked(self, payout, parked):
        with pytest.raises(DoesNotFit, match="money has moved"):
            decide(parked, payout, "refused")
        assert stand(payout) == ON_ITS_WAY

    def test_never_settles_a_payment_with_the_booking_of_another(self, bank, payout):
        other = approved_payout()
        remit(payout_id=other.id, at=NOW)
        debit = bank.messages("camt.054")[0]
        hear(amended(debit, EndToEndId=other.reference, Amt="89.64"))
        with pytest.raises(DoesNotFit, match="another payment of ours"):
            decide(BankEntry.objects.get(), payout)
        assert stand(payout) == ON_ITS_WAY

    @pytest.mark.parametrize(
        ("booked", "cash", "revenue"),
        [("89.00", 65, 80), ("90.00", 0, 80 - 35)],
        ids=["less-has-left", "more-has-left"],
    )
    def test_books_the_charge_between_what_was_sent_and_what_left(self, bank, payout, booked, cash, revenue):
        (debit,) = bank.messages("camt.054")
        hear(amended(debit, Amt=booked))
        decide(BankEntry.objects.get(), payout)
        assert stand(payout) == (State.PAID, 0, 0, int(booked[:2]) * 100)
        assert balance(CREATOR_CASH_AVAILABLE.of(payout.creator_id, "EUR")) == cash
        assert balance(FEE_REVENUE.platform("EUR")) == revenue

    def test_bears_the_charge_of_what_came_back(self, bank, payout):
        read_bank(at=NOW)
        bank._call("POST", "/_mock/credits", json={"account": "ACME", "amount": 8_900, "note": "RETURNED"})
        read_bank(at=NOW)
        decide(BankEntry.objects.get(what="credit"), payout, "returned")
        assert stand(payout) == (State.RETURNED, WHOLE, 0, 65)
        assert balance(FEE_REVENUE.platform("EUR")) == -65

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"reason": " "}, MissingReason),
            ({"reference": "P-NONE"}, DoesNotFit),
            ({"verdict": "returned"}, DoesNotFit),
        ],
        ids=["no-reason", "no-payment", "not-settled"],
    )
    def test_moves_nothing_when_it_is_refused(self, payout, parked, changes, refusal):
        with pytest.raises(refusal):
            decide(parked, payout, **changes)
        assert stand(payout) == ON_ITS_WAY
        parked.refresh_from_db()
        assert parked.outcome == "parked"

    def test_moves_nothing_for_another_amount(self, bank, payout):
        (debit,) = bank.messages("camt.054")
        hear(amended(debit, Amt="80.00"))
        with pytest.raises(DoesNotFit, match="more than a charge"):
            decide(BankEntry.objects.get(), payout)
        assert stand(payout) == ON_ITS_WAY

    def test_is_for_those_who_may_and_not_about_oneself(self, payout, parked):
        creator = payout.creator
        creator.is_staff = True
        creator.save()
        creator.user_permissions.set(Permission.objects.filter(codename="settle_bankentry"))
        for actor in (clerk("view_bankentry"), creator):
            with pytest.raises(NotPermitted):
                decide(parked, payout, actor=actor)
        assert stand(payout) == ON_ITS_WAY

    def test_happens_once(self, payout, parked):
        decide(parked, payout)
        with pytest.raises(NotOpen):
            decide(parked, payout)
        assert stand(payout) == (State.PAID, 0, 0, 8_965)


class TestSetAside:
    def test_moves_nothing_and_keeps_why(self, payout, parked):
        entry = set_aside(
            entry_id=parked.id, actor=clerk("settle_bankentry"), reason="Our own transfer.", at=NOW
        )
        assert (entry.outcome, entry.note) == ("set_aside", "Our own transfer.")
        assert stand(payout) == ON_ITS_WAY
        assert not queries.parked_bank_entries().exists()


class TestPages:
    def test_settle_and_set_aside_ask_before_they_do(self, client, payout, parked):
        client.force_login(clerk("view_bankentry", "settle_bankentry"))
        change = reverse("admin:payouts_bankentry_change", args=[parked.pk])
        assert "Settle by hand" in client.get(change).content.decode()
        act = reverse("admin:payouts_bankentry_actions", args=[parked.pk, "settle"])
        page = client.post(act)
        assert "We sent no payment with this reference." in page.content.decode()
        form = {"confirmed": "1", "reference": "P-NONE", "verdict": "paid", "reason": "Asked."}
        refused = client.post(act, form)
        assert refused.status_code == 422
        assert "no payment of this reference" in refused.content.decode()
        assert stand(payout) == ON_ITS_WAY
        client.post(act, form | {"reference": payout.reference.lower()})
        assert stand(payout)[0] == State.PAID
        assert "Settle by hand" not in client.get(change).content.decode()

    def test_do_nothing_for_those_who_may_only_look(self, client, payout, parked):
        client.force_login(clerk("view_bankentry"))
        for name in ("settle", "set_aside"):
            act = reverse("admin:payouts_bankentry_actions", args=[parked.pk, name])
            form = {"confirmed": "1", "reference": payout.reference, "verdict": "paid", "reason": "Asked."}
            assert client.get(act).status_code == 405
            assert client.post(act, form).status_code == 422
        assert stand(payout) == ON_ITS_WAY


def test_another_account_of_ours_is_not_the_one_we_paid_from(bank, payout):
    (debit,) = bank.messages("camt.054")
    hear(debit.replace("NL41MOCK0000000001", OUR_DOLLARS))
    assert stand(payout) == ON_ITS_WAY
