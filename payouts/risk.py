"""What a reviewer should know before deciding. Signals inform; they never reject.

`settings.PAYOUT_RISK_SIGNALS` names functions of a payout that return `{"label", "evidence"}` or None, so
that other products add theirs. They are asked once, when the request is made.
"""

import datetime as dt

from django.conf import settings
from django.db.models import Max
from django.utils.module_loading import import_string

from payouts import queries
from payouts.models import PayoutMethod, PayoutRequest
from payouts.words import money

NEW = dt.timedelta(days=30)


def signals(payout: PayoutRequest) -> list[dict[str, str]]:
    found = (import_string(path)(payout) for path in settings.PAYOUT_RISK_SIGNALS)
    return [signal for signal in found if signal is not None]


def first_payout(payout: PayoutRequest) -> dict[str, str] | None:
    if queries.has_been_paid(payout.creator_id):
        return None
    return {"label": "First payout", "evidence": "Nothing has been paid to this creator before."}


def new_method(payout: PayoutRequest) -> dict[str, str] | None:
    age = payout.requested_at - payout.method.added_at
    if age >= NEW:
        return None
    when = f"{age.days} days before" if age.days > 1 else "within two days of"
    return {"label": "New bank account", "evidence": f"{payout.method.masked} was added {when} the request."}


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


def above_earlier(payout: PayoutRequest) -> dict[str, str] | None:
    earlier = queries.payouts_of(payout.creator_id).filter(settlement_entry__isnull=False)
    largest = earlier.aggregate(largest=Max("gross_usd"))["largest"]
    if largest is None or payout.gross_usd <= largest:
        return None
    return {
        "label": "More than ever before",
        "evidence": f"{money(payout.gross_usd, 'USD')}; the largest so far was {money(largest, 'USD')}.",
    }
