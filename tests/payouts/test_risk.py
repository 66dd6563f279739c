import datetime as dt

import pytest
from django.db import ProgrammingError, transaction

from payouts import risk
from payouts.models import PayoutMethod, PayoutPolicy, RiskSignal, TaxForm
from payouts.models.risk import Weight
from payouts.operations import settlement
from payouts.states import State
from tests.factories.payouts import (
    NOW,
    PayoutMethodFactory,
    TaxFormFactory,
    approved_payout,
    paid_payout,
    requested_payout,
)
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=1)


def told(payout) -> dict[str, str]:
    """{code: evidence} of what was noticed."""
    return dict(payout.signals.values_list("code", "evidence"))


class TestAssess:
    def test_notices_nothing_about_who_was_paid_as_much_before(self):
        assert told(requested_payout(paid_payout().creator, at=LATER)) == {}

    def test_keeps_what_was_noticed_with_its_weight(self):
        (signal,) = requested_payout().signals.all()
        assert (signal.code, signal.label, signal.weight) == ("first_payout", "First payout", Weight.REVIEW)
        assert signal.raised_at == NOW

    def test_asks_other_products_too(self, settings):
        settings.PAYOUT_RISK_SIGNALS = {"tests.payouts.test_risk.from_elsewhere": "inform"}
        payout = requested_payout()
        assert told(payout) == {"from_elsewhere": payout.reference}

    def test_asks_once(self):
        payout = requested_payout()
        settlement.start_remitting(payout_id=_approved(payout).pk, at=NOW)
        settlement.settle(payout_id=payout.pk, at=NOW, evidence={})
        assert list(told(payout)) == ["first_payout"]

    def test_is_written_once(self):
        signal = requested_payout().signals.get()
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            RiskSignal.objects.filter(pk=signal.pk).update(label="Nothing")

    @pytest.mark.parametrize(("weight", "state"), [("review", State.IN_REVIEW), ("inform", State.APPROVED)])
    def test_makes_a_person_look_at_a_small_amount_if_it_weighs_enough(self, settings, weight, state):
        PayoutPolicy.objects.filter(region="EU").update(review_above=9_045, second_approval_above=9_045)
        settings.PAYOUT_RISK_SIGNALS = {"tests.payouts.test_risk.from_elsewhere": weight}
        assert requested_payout().state == state


def _approved(payout):
    from payouts.operations.review import approve
    from tests.factories.payouts import reviewer

    return approve(payout_id=payout.id, version=payout.version, actor=reviewer(), at=NOW)


def from_elsewhere(payout):
    return {"label": "Odd", "evidence": payout.reference}


class TestSignals:
    @pytest.fixture
    def again(self):
        """The second of somebody who was paid as much before."""
        return requested_payout(paid_payout().creator, at=LATER)

    @pytest.mark.parametrize(("age", "words"), [(0, "within two days of"), (29, "29 days before")])
    def test_tell_that_the_account_is_new(self, again, age, words):
        again.method.added_at = again.requested_at - dt.timedelta(days=age)
        assert risk.new_method(again)["evidence"] == f"DE89 •••• 3000 was added {words} the request."

    def test_tell_that_others_have_the_account_too(self, again):
        other = PayoutMethodFactory(retired_at=NOW)
        PayoutMethod.objects.update(fingerprint="same")
        again.method.refresh_from_db()
        assert risk.shared_method(again)["evidence"] == f"Also added by {other.owner.email}."

    def test_tell_that_others_have_the_tax_number_too(self, again):
        digest = TaxForm.objects.get(creator=again.creator).digest
        other = TaxFormFactory(creator=CreatorFactory(), digest=digest)
        assert risk.shared_papers(again)["evidence"] == f"{other.creator.email}: same tax number."

    @pytest.mark.parametrize("holder", ["Lumi Sommer", "SOMMER, Lumí", "Lumi Marie Sommer"])
    def test_say_nothing_of_a_name_that_is_the_same(self, again, holder):
        again.method.holder = holder
        assert risk.name_mismatch(again) is None

    @pytest.mark.parametrize("holder", ["Lumi Winter", "Sommer", "Max Mustermann"])
    def test_tell_that_the_name_is_another_without_telling_it(self, again, holder):
        again.method.holder = holder
        words = risk.name_mismatch(again)["evidence"]
        assert "L. S." in words
        assert holder not in words

    def test_tell_that_it_is_more_than_ever(self):
        payout = requested_payout(paid_payout().creator, diamonds=2_000_200, at=LATER)
        assert told(payout) == {"above_earlier": "$100.01; the largest so far was $100.00."}

    def test_tell_that_it_is_above_the_ninety_fifth_of_a_hundred(self, again, monkeypatch):
        amounts = [*range(1, 21)]
        assert (
            _rank(monkeypatch, again, amounts, 20) == "$0.20; 95 of 100 earlier payouts were $0.19 or less."
        )
        assert _rank(monkeypatch, again, amounts, 19) is None

    def test_count_the_requests_of_a_week(self, again, monkeypatch):
        assert risk.velocity(again) is None
        monkeypatch.setattr(risk, "MOST_IN_BUSY", 1)
        assert risk.velocity(again)["evidence"] == "2 payouts were requested in 7 days."


def _rank(monkeypatch, payout, amounts, asked):
    """What is told of `asked` US cents where these were settled before."""

    class Earlier:
        def filter(self, **_):
            return self

        exclude = filter

        def values_list(self, *_, **__):
            return amounts

    monkeypatch.setattr(risk.queries, "payouts_of", lambda creator_id: Earlier())
    payout.gross_usd = asked
    signal = risk.above_earlier(payout)
    return signal and signal["evidence"]


def test_approved_payouts_keep_their_signals():
    assert list(told(approved_payout())) == ["first_payout"]
