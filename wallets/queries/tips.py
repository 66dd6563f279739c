import datetime as dt

from django.db.models import Q, QuerySet, Sum

from wallets.models import CoinTip

TIP = "coin_tip"
DAY = dt.timedelta(days=1)


def tips_of(person) -> QuerySet[CoinTip]:
    """Sent and received, newest first."""
    mine = CoinTip.objects.filter(Q(sender=person) | Q(recipient=person))
    return mine.select_related("sender", "recipient").order_by("-id")


def tipped_in_a_day(sender, at: dt.datetime) -> int:
    """The coins that the sender has tipped in the last 24 hours: a day by a clock that they may set anew
    would begin when they like."""
    tips = CoinTip.objects.filter(sender=sender, sent_at__gt=at - DAY)
    return tips.aggregate(coins=Sum("coins"))["coins"] or 0
