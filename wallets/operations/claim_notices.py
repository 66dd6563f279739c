"""What viewers are told at each step of a refund, and of disputes."""

import datetime as dt

from django.urls import reverse

from wallets.models import CoinRefund, Dispute
from wallets.notices import disputes, notify, refunds
from wallets.queries.freezes import freezes_in_force
from wallets.refund_words import HAPPENED
from wallets.states import DisputeState, RefundState
from wallets.webhooks import publish_refund


def tell_of_refund(refund: CoinRefund, *, at: dt.datetime) -> None:
    """That it came to the state it is in."""
    state = RefundState(refund.state)
    publish_refund(refund, at=at)
    if state not in refunds.TOLD:
        return
    explained = state in (RefundState.REJECTED, RefundState.FAILED) and refund.reason
    notify(
        person=refund.purchase.viewer,
        kind=refunds.code_of(state),
        key=f"refund:{refund.pk}:{state}",
        at=at,
        facts={"reason": explained or HAPPENED[state], **_amounts(refund)},
        url=refund.get_absolute_url(),
    )


def tell_of_dispute(dispute: Dispute, *, at: dt.datetime) -> None:
    """That it came to the state it is in, after the wallet was frozen or thawed for it."""
    state = DisputeState(dispute.state)
    if state not in disputes.WORDS:
        return
    frozen = freezes_in_force(dispute.purchase.viewer_id).exists()
    notify(
        person=dispute.purchase.viewer,
        kind=disputes.code_of(state),
        key=f"dispute:{dispute.pk}:{state}",
        at=at,
        facts={"frozen": frozen, **_amounts(dispute)},
        url=reverse("wallets:wallet"),
    )


def _amounts(claim: CoinRefund | Dispute) -> dict:
    return {
        "amount": claim.amount,
        "currency": claim.purchase.currency,
        "coins": claim.coins,
        "reference": claim.purchase.reference,
    }
