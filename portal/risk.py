"""What only the roof can tell a reviewer of payouts: it knows both who logs in where and who gave gifts.
`settings.PAYOUT_RISK_SIGNALS` names these."""

import datetime as dt

from ledger.units import DIAMOND, format_amount
from portal.models import User
from portal.queries.sightings import same_place
from wallets.queries.gifts import given_by

RECENT = dt.timedelta(days=180)


def shared_places(payout) -> dict[str, str] | None:
    """Viewers of this creator who log in from the creator's own device or address."""
    ties = same_place(payout.creator_id)
    given = given_by(ties, payout.creator_id, payout.requested_at - RECENT) if ties else {}
    if not given:
        return None
    emails = dict(User.objects.filter(pk__in=given).values_list("pk", "email"))
    told = [
        f"{emails[viewer]} ({ties[viewer]}) gave {format_amount(amount, DIAMOND)}"
        for viewer, amount in sorted(given.items(), key=lambda each: -each[1])[:5]
    ]
    return {"label": "Viewer in the same place", "evidence": f"In {RECENT.days} days {'; '.join(told)}."}
