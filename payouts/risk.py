"""What a reviewer should know before deciding. Signals inform; they never reject.

`settings.PAYOUT_RISK_SIGNALS` names functions of a payout that return `{"label", "evidence"}` or None, and
how much each weighs; other products add theirs there. `payouts.operations.risk` asks them, once.
"""

import datetime as dt
import math

from payouts import queries
from payouts.models import PayoutMethod, PayoutRequest
from payouts.names import initials, same_name
from payouts.queries.identity import standing
from payouts.queries.related import related_accounts
from payouts.words import money

NEW = dt.timedelta(days=30)
BUSY = dt.timedelta(days=7)
MOST_IN_BUSY = 3
"""Payouts that a creator may request in that time before it is remarkable."""


def first_payout(payout: PayoutRequest) -> dict[str, str] | None:
    if queries.has_been_paid(payout.creator_id):
        return None
    return {"label": "First payout", "evidence": "No payment has reached this creator and stayed."}


def new_method(payout: PayoutRequest) -> dict[str, str] | None:
    age = payout.requested_at - payout.method.added_at
    if age >= NEW:
        return None
    when = f"{age.days} days before" if age.days > 1 else "within two days of"
    return {"label": "New bank account", "evidence": f"{payout.method.masked} was added {when} the request."}


def velocity(payout: PayoutRequest) -> dict[str, str] | None:
    """Many requests in a week, whatever became of them."""
    recent = queries.payouts_of(payout.creator_id).filter(
        requested_at__gt=payout.requested_at - BUSY, requested_at__lte=payout.requested_at
    )
    count = recent.count()
    if count <= MOST_IN_BUSY:
        return None
    return {"label": "Many requests", "evidence": f"{count} payouts were requested in {BUSY.days} days."}


def shared_method(payout: PayoutRequest) -> dict[str, str] | None:
    others = (
        PayoutMethod.objects.filter(fingerprint=payout.method.fingerprint)
        .exclude(owner_id=payout.creator_id)
        .order_by("owner__email")
        .values_list("owner__email", flat=True)
        .distinct()
    )
    if not others:
        return None
    return {"label": "Bank account shared", "evidence": f"Also added by {', '.join(others[:5])}."}


def shared_papers(payout: PayoutRequest) -> dict[str, str] | None:
    """A tax number or an identity document that somebody else uses, too."""
    found = [
        f"{related.person.email}: {', '.join(ties)}"
        for related in related_accounts(payout.creator_id)
        if (ties := [tie for tie in related.ties if tie in ("same tax number", "same document")])
    ]
    return {"label": "Papers shared", "evidence": f"{'; '.join(found[:5])}."} if found else None


def name_mismatch(payout: PayoutRequest) -> dict[str, str] | None:
    """Only the initials of what is encrypted are told."""
    verified, holder = standing(payout.creator_id, payout.requested_at).name, payout.method.holder
    if not (verified and holder) or same_name(verified, holder):
        return None
    return {
        "label": "Another name",
        "evidence": f"The account's holder, {initials(holder)}, is not who was verified, "
        f"{initials(verified)}.",
    }


def above_earlier(payout: PayoutRequest) -> dict[str, str] | None:
    """More than 95 of 100 payouts that were settled before: the nearest rank, so with few the largest."""
    earlier = (
        queries.payouts_of(payout.creator_id).filter(settlement_entry__isnull=False).exclude(id=payout.id)
    )
    amounts = sorted(earlier.values_list("gross_usd", flat=True))
    if not amounts:
        return None
    usual = amounts[math.ceil(0.95 * len(amounts)) - 1]
    if payout.gross_usd <= usual:
        return None
    past = f"the largest so far was {money(usual, 'USD')}"
    if usual < amounts[-1]:
        past = f"95 of 100 earlier payouts were {money(usual, 'USD')} or less"
    return {"label": "More than usual", "evidence": f"{money(payout.gross_usd, 'USD')}; {past}."}
