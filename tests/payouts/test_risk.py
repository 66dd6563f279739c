import datetime as dt

import pytest

from payouts.models import PayoutMethod
from payouts.operations import settlement
from payouts.risk import signals
from tests.factories.payouts import NOW, PayoutMethodFactory, approved_payout, requested_payout

pytestmark = pytest.mark.django_db


def paid_payout():
    payout = approved_payout()
    settlement.start_remitting(payout_id=payout.id, at=NOW)
    return settlement.settle(payout_id=payout.id, at=NOW, evidence={})


class TestSignals:
    def test_are_none_for_who_was_paid_as_much_before(self):
        again = requested_payout(paid_payout().creator, at=NOW + dt.timedelta(days=1))
        assert signals(again) == []

    def test_tell_that_it_is_the_first(self):
        assert [signal["label"] for signal in signals(requested_payout())] == ["First payout"]

    @pytest.mark.parametrize(("age", "words"), [(0, "within two days of"), (29, "29 days before")])
    def test_tell_that_the_account_is_new(self, age, words):
        payout = requested_payout(paid_payout().creator, at=NOW + dt.timedelta(days=1))
        payout.method.added_at = payout.requested_at - dt.timedelta(days=age)
        (signal,) = signals(payout)
        assert signal["evidence"] == f"DE89 •••• 3000 was added {words} the request."

    def test_tell_that_others_have_the_account_too(self):
        payout = requested_payout(paid_payout().creator, at=NOW + dt.timedelta(days=1))
        other = PayoutMethodFactory(retired_at=NOW)
        PayoutMethod.objects.update(fingerprint="same")
        payout.method.refresh_from_db()
        (signal,) = signals(payout)
        assert signal["evidence"] == f"Also added by {other.owner.email}."

    def test_tell_that_it_is_more_than_ever(self):
        payout = requested_payout(paid_payout().creator, diamonds=2_000_200, at=NOW + dt.timedelta(days=1))
        (signal,) = signals(payout)
        assert signal["evidence"] == "$100.01; the largest so far was $100.00."

    def test_can_be_added_by_other_products(self, settings):
        settings.PAYOUT_RISK_SIGNALS = ["tests.payouts.test_risk.from_elsewhere"]
        payout = requested_payout()
        assert payout.events.last().evidence == {"signals": [{"label": "Odd", "evidence": payout.reference}]}


def from_elsewhere(payout):
    return {"label": "Odd", "evidence": payout.reference}
