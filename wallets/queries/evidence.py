"""What a reviewer is told about a claim: figures, and what they may mean."""

import datetime as dt

from django.db.models import Sum

from ledger.units import COIN, format_amount
from wallets.models import Claim, Joining
from wallets.queries.progress import Progress, net_gifts
from wallets.queries.purchases import purchases_of
from wallets.states import PurchaseState

NEW_ACCOUNT_DAYS = 7


def evidence_for(joining: Joining, progress: Progress, at: dt.datetime) -> dict:
    """The figures as they stand, to be kept with a claim; they fit into JSON. `signals` are sentences."""
    campaign, viewer = joining.campaign, joining.viewer
    age = max((at - viewer.date_joined).days, 0)
    paid = purchases_of(viewer).filter(state=PurchaseState.PAID)
    bought = paid.aggregate(sum=Sum("coins"))["sum"] or 0
    signals = []
    if age < NEW_ACCOUNT_DAYS:
        signals.append(f"The account is {age} day{'' if age == 1 else 's'} old.")
    if not bought:
        signals.append("No coins were ever bought.")
    if campaign.counts_gifts:
        signals += _gift_signals(joining)
    return {
        "progress": progress.value,
        "target": progress.target,
        "account_age_days": age,
        "coins_bought": bought,
        "signals": signals,
    }


def _gift_signals(joining: Joining) -> list[str]:
    campaign = joining.campaign
    sent = net_gifts(joining.viewer_id).filter(sent_at__gte=campaign.starts_at, sent_at__lt=campaign.ends_at)
    by_creator = list(sent.values_list("creator__email").annotate(sum=Sum("net_coins")).order_by("-sum")[:2])
    if len(by_creator) != 1:
        return []
    [(email, coins)] = by_creator
    return [f"All its gifts went to one creator: {format_amount(int(coins), COIN)} to {email}."]


def others_at(claim: Claim) -> int:
    """How many claims in the same campaign were made within an hour of this one."""
    hour = dt.timedelta(hours=1)
    near = Claim.objects.filter(
        joining__campaign_id=claim.joining.campaign_id,
        claimed_at__range=(claim.claimed_at - hour, claim.claimed_at + hour),
    )
    return near.exclude(pk=claim.pk).count()
