"""Sends approved refunds, and asks the provider about refunds and disputes that nothing was heard of.

Nothing is concluded from age: only the provider's word decides."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable

import structlog
from django.db.models import Q

from wallets import providers
from wallets.models import CoinRefund, Dispute
from wallets.operations.events import handle_payment_event
from wallets.operations.refunds import ask_about_refund, send_refund
from wallets.queries.disputes import open_disputes
from wallets.states import RefundState

REFUND_PATIENCE = dt.timedelta(minutes=10)
"""How long a refund is left to its first answer."""
BETWEEN_QUESTIONS = dt.timedelta(hours=20)
"""So that a sweep that runs often asks about each once a night or day."""
MOST_AT_ONCE = 100

logger = structlog.get_logger(__name__)


def send_refunds(*, at: dt.datetime) -> int:
    """Send every approved refund. Returns how many were tried."""
    approved = CoinRefund.objects.filter(state=RefundState.APPROVED).order_by("id")
    return _each(_ids(approved), lambda refund_id: send_refund(refund_id=refund_id, at=at))


def ask_about_undecided(*, at: dt.datetime) -> int:
    """Ask about each refund on its way and each open dispute that was not asked about lately; a refund that
    the provider has not even taken note of after REFUND_PATIENCE. Returns how many were asked about."""
    quiet = Q(asked_at__isnull=True) | Q(asked_at__lte=at - BETWEEN_QUESTIONS)
    refunds = CoinRefund.objects.filter(state=RefundState.SENDING, sent_at__lte=at - REFUND_PATIENCE)
    unheard = Q(provider_reference="") & Q(asked_at__lte=at - REFUND_PATIENCE)
    asked = _each(
        _ids(refunds.filter(quiet | unheard).order_by("asked_at", "id")),
        lambda refund_id: _ask_about_refund(refund_id, at),
    )
    disputes = open_disputes().filter(quiet, opened_at__lte=at - BETWEEN_QUESTIONS).order_by("asked_at", "id")
    return asked + _each(_ids(disputes), lambda dispute_id: ask_about_dispute(dispute_id=dispute_id, at=at))


def ask_about_dispute(*, dispute_id: uuid.UUID, at: dt.datetime) -> Dispute:
    """Hear how one dispute stands and apply it.

    Raises providers.ProviderRefused, ProviderUnreachable, UnknownProvider."""
    dispute = Dispute.objects.select_related("purchase").get(pk=dispute_id)
    Dispute.objects.filter(pk=dispute_id).update(asked_at=at)
    provider = providers.provider_named(dispute.purchase.provider)
    handle_payment_event(event=provider.fetch_dispute(dispute.provider_reference), at=at)
    dispute.refresh_from_db()
    return dispute


def _ask_about_refund(refund_id: uuid.UUID, at: dt.datetime) -> None:
    CoinRefund.objects.filter(pk=refund_id).update(asked_at=at)
    ask_about_refund(refund_id=refund_id, at=at)


def _ids(rows) -> list[uuid.UUID]:
    return list(rows.values_list("pk", flat=True)[:MOST_AT_ONCE])


def _each(ids: Iterable[uuid.UUID], act: Callable[[uuid.UUID], object]) -> int:
    tried = 0
    for row_id in ids:
        tried += 1
        try:
            act(row_id)
        except (
            providers.ProviderRefused,
            providers.ProviderUnreachable,
            providers.UnknownProvider,
        ) as reason:
            logger.warning("claim_undecided", row=str(row_id), reason=str(reason))
        except Exception:  # one odd row must not stop the others; its turn comes again
            logger.exception("claim_not_followed_up", row=str(row_id))
    return tried
