"""How far viewers are in challenges, computed from what happened: gifts net of what was taken back of them,
days checked in, submissions accepted. Nothing counts on a gift's path."""

import datetime as dt
import uuid
import zoneinfo
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest

from ledger.chart import VIEWER_COINS
from ledger.queries import entries_of
from wallets.challenge_states import SubmissionState
from wallets.models import Campaign, CheckIn, Gift, GiftReversal, Joining, Submission
from wallets.models.gifts import UNDO_WINDOW

A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Progress:
    """`value` is all that counted, in what the campaign's kind counts; `fresh` the part of it that rests on
    gifts that can still be undone, which earns nothing yet; `claimed` how many rewards were claimed so far,
    of the campaign's `times`."""

    value: int
    target: int
    times: int
    claimed: int
    fresh: int = 0

    @property
    def reached(self) -> int:
        """How often the target was reached for good, as far as it earns anything."""
        return min((self.value - self.fresh) // self.target, self.times)

    @property
    def claimable(self) -> int:
        return max(self.reached - self.claimed, 0)

    @property
    def is_claimable_soon(self) -> bool:
        """Whether nothing but time is missing for the next reward."""
        return not self.is_done and not self.claimable and not self.left

    @property
    def is_done(self) -> bool:
        return self.claimed >= self.times

    @property
    def current(self) -> int:
        """What counts towards the next reward to be claimed: 0 to `target`."""
        return min(max(self.value - self.claimed * self.target, 0), self.target)

    @property
    def left(self) -> int:
        return self.target - self.current

    @property
    def percent(self) -> int:
        return self.current * 100 // self.target


def progress_of(joinings: Iterable[Joining], at: dt.datetime) -> dict[uuid.UUID, Progress]:
    """{joining: progress} of one viewer's joinings, which come with their campaigns, in a fixed number of
    queries. `at` tells whether a run of days still goes on, and which gifts can't be undone any more."""
    wanted = [joining for joining in joinings if joining.campaign]
    gifts, settled = _gifts(wanted, at - UNDO_WINDOW)
    values = gifts | _days(wanted, at) | _accepted(wanted)
    claimed = dict(
        Joining.objects.filter(pk__in=[joining.pk for joining in wanted])
        .annotate(claims_made=Count("claims"))
        .values_list("pk", "claims_made")
    )
    return {
        joining.pk: Progress(
            values[joining.pk],
            joining.campaign.target,
            joining.campaign.times,
            claimed[joining.pk],
            fresh=values[joining.pk] - settled.get(joining.pk, values[joining.pk]),
        )
        for joining in wanted
    }


def progress_in(joining: Joining, at: dt.datetime) -> Progress:
    return progress_of([joining], at)[joining.pk]


def today_of(joining: Joining, at: dt.datetime) -> dt.date:
    """The day it is for this viewer in this campaign."""
    return at.astimezone(zoneinfo.ZoneInfo(joining.time_zone)).date()


def _gifts(joinings: list[Joining], cutoff: dt.datetime) -> tuple[dict[uuid.UUID, int], dict[uuid.UUID, int]]:
    """What counts, and what counts of the gifts sent before `cutoff`: one statement for all campaigns that
    count gifts, each with its own filter."""
    counted = [joining for joining in joinings if joining.campaign.counts_gifts]
    if not counted:
        return {}, {}
    sums = {}
    for number, joining in enumerate(counted):
        sums[f"all{number}"] = _measure(joining.campaign, Q())
        sums[f"settled{number}"] = _measure(joining.campaign, Q(sent_at__lt=cutoff))
    first = min(joining.campaign.starts_at for joining in counted)
    last = max(joining.campaign.ends_at for joining in counted)
    found = net_gifts(counted[0].viewer_id).filter(sent_at__gte=first, sent_at__lt=last).aggregate(**sums)
    every, sure = (
        {joining.pk: int(found[f"{name}{number}"] or 0) for number, joining in enumerate(counted)}
        for name in ("all", "settled")
    )
    return every, sure


def _measure(campaign: Campaign, only: Q):
    counts = only & Q(sent_at__gte=campaign.starts_at, sent_at__lt=campaign.ends_at)
    if campaign.gift_slug:
        counts &= Q(gift_type__slug=campaign.gift_slug)
    match campaign.kind:
        case Campaign.Kind.SPEND:
            return Sum("net_coins", filter=counts)
        case Campaign.Kind.GIFTS:
            return Sum("net_quantity", filter=counts)
        case _:
            return Count("creator_id", distinct=True, filter=counts & Q(net_quantity__gt=0))


def net_gifts(viewer_id: uuid.UUID) -> QuerySet[Gift]:
    """What a viewer sent, with `net_coins` and `net_quantity`: less what was taken back of each gift, be it
    of its coins or of its diamonds, whichever is the larger part. A gift of which a part is left counts as
    that many whole ones."""
    back = GiftReversal.objects.filter(gift=OuterRef("pk")).values("gift")
    coins = Subquery(back.annotate(sum=Sum("coins")).values("sum"))
    diamonds = Subquery(back.annotate(sum=Sum("diamonds")).values("sum"))  # numeric: a product of it is, too
    share = Case(When(diamonds__gt=0, then=diamonds * F("coins") / F("diamonds")))
    gone = Greatest(_whole(coins), _whole(share))
    return (
        Gift.objects.filter(id__in=entries_of(VIEWER_COINS.of(viewer_id)), viewer_id=viewer_id)
        .annotate(net_coins=Greatest(F("coins") - gone, Value(0)))
        .annotate(net_quantity=F("quantity") * F("net_coins") / F("coins"))
    )


def _whole(expression) -> Coalesce:
    return Coalesce(Cast(expression, BigIntegerField()), Value(0))


def _days(joinings: list[Joining], at: dt.datetime) -> dict[uuid.UUID, int]:
    counted = [joining for joining in joinings if joining.campaign.counts_days]
    if not counted:
        return {}
    dates: dict[uuid.UUID, list[dt.date]] = defaultdict(list)
    rows = CheckIn.objects.filter(joining__in=counted).order_by("date").values_list("joining_id", "date")
    for joining_id, date in rows:
        dates[joining_id].append(date)
    values = {}
    for joining in counted:
        found = dates[joining.pk]
        if joining.campaign.kind == Campaign.Kind.ROW:
            values[joining.pk] = in_a_row(found, joining.campaign.target, today_of(joining, at))
        else:
            values[joining.pk] = len(found)
    return values


def in_a_row(dates: list[dt.date], target: int, today: dt.date) -> int:
    """`target` for each whole run of so many days (`dates` ascending), and the days of the run that still
    goes on: one of which the last day is today or yesterday."""
    runs: list[int] = []
    for before, date in pairwise([None, *dates]):
        if before is not None and date - before == A_DAY:
            runs[-1] += 1
        else:
            runs.append(1)
    whole = sum(run // target for run in runs) * target
    goes_on = bool(dates) and dates[-1] >= today - A_DAY
    return whole + (runs[-1] % target if goes_on else 0)


def _accepted(joinings: list[Joining]) -> dict[uuid.UUID, int]:
    counted = [joining for joining in joinings if joining.campaign.is_judged]
    if not counted:
        return {}
    rows = Submission.objects.filter(joining__in=counted, state=SubmissionState.ACCEPTED)
    found = dict(rows.values_list("joining_id").annotate(accepted=Count("*")))
    return {joining.pk: found.get(joining.pk, 0) for joining in counted}
