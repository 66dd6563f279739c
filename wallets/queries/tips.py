import datetime as dt
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, Sum

from wallets.models import CoinTip

TIP = "coin_tip"


def tips_of(person) -> QuerySet[CoinTip]:
    """Sent and received, newest first."""
    mine = CoinTip.objects.filter(Q(sender=person) | Q(recipient=person))
    return mine.select_related("sender", "recipient").order_by("-id")


def tipped_on_day_of(sender, at: dt.datetime) -> int:
    """The coins that the sender has tipped since their day began."""
    here = at.astimezone(ZoneInfo(sender.time_zone))
    day = here.replace(hour=0, minute=0, second=0, microsecond=0)
    tips = CoinTip.objects.filter(sender=sender, sent_at__gte=day)
    return tips.aggregate(coins=Sum("coins"))["coins"] or 0
