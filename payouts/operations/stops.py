"""Stopping what leaves to a country or over a rail, and letting it go on. Those whom it concerns are told by
a task: they may be many."""

import datetime as dt
import uuid

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from payouts import queries, rails
from payouts.gates.stops import of_country
from payouts.models import PayoutMethod, PayoutPolicy, PayoutRequest, PayoutStop
from payouts.notices import notify
from payouts.operations.permissions import assert_may
from payouts.operations.review import said
from payouts.states import OPEN, State

CATCH_UP = dt.timedelta(days=2)
"""For so long those where new terms opened payouts are told, if nothing ran when they did."""


class AlreadyStopped(Exception):
    """One stop at a time."""

    code = "already_stopped"


class UnknownStop(Exception):
    """There is no such stop, or it has been lifted."""

    code = "unknown_stop"


def stop(*, country: str = "", rail: str = "", reason: str, actor, at: dt.datetime) -> PayoutStop:
    """Nothing that has not left yet leaves to this country's creators, or over this rail. `reason` is what
    they read. Raises NotPermitted, MissingReason, AlreadyStopped."""
    assert_may(actor, "add_payoutstop")
    try:
        with transaction.atomic():
            return PayoutStop.objects.create(
                country=country, rail=rail, reason=said(reason), stopped_at=at, stopped_by=actor
            )
    except IntegrityError as error:
        raise AlreadyStopped("Payouts there are stopped already.") from error


def lift(*, stop_id: uuid.UUID, actor, at: dt.datetime) -> None:
    """What waited leaves with the next payments. Raises NotPermitted, UnknownStop."""
    assert_may(actor, "lift_payoutstop")
    in_force = PayoutStop.objects.filter(id=stop_id, lifted_at=None)
    if not in_force.update(lifted_at=at, lifted_by=actor):
        raise UnknownStop("There is no such stop, or it has been lifted.")


def concerned(stop: PayoutStop, at: dt.datetime) -> QuerySet:
    """Creators who live there, or whose account this rail pays."""
    if stop.country:
        return _creators().filter(country=stop.country)
    in_use = PayoutMethod.objects.filter(retired_at=None)
    paid = Q(pk=None)
    for country, kind in in_use.order_by().values_list("owner__country", "kind").distinct():
        if _rail_to(country, kind, at) == stop.rail:
            paid |= Q(country=country, pk__in=in_use.filter(kind=kind).values("owner"))
    return _creators().filter(paid)


def _creators() -> QuerySet:
    return get_user_model().objects.filter(is_creator=True, is_active=True).order_by("pk")


def _rail_to(country: str, kind: str, at: dt.datetime) -> str | None:
    policy = queries.policy_for(country, at)
    try:
        return policy and rails.for_payment(method_kind=kind, currency=policy.currency)
    except rails.NoRail:
        return None


def waiting(stop: PayoutStop, at: dt.datetime) -> QuerySet[PayoutRequest]:
    """Payouts that it keeps from leaving."""
    return PayoutRequest.objects.filter(
        creator__in=concerned(stop, at), state__in=OPEN - {State.REMITTING, State.FAILED}
    )


def tell(*, stop: PayoutStop, at: dt.datetime) -> None:
    """Tells everybody whom it concerns, once, that it came, or that it is over."""
    over = stop.lifted_at is not None
    for person in concerned(stop, at).iterator():
        notify(
            person=person,
            kind="payouts_resumed" if over else "payouts_stopped",
            key=f"payout_stop:{stop.pk}:{over}:{person.pk}",
            at=at,
            facts={} if over else {"reason": stop.reason},
            url=reverse("payouts:payouts"),
        )
    PayoutStop.objects.filter(id=stop.pk).update(**{"lift_told_at" if over else "told_at": at})


def tell_of_openings(*, at: dt.datetime) -> None:
    """Tells creators, once, that terms came into force where they live under which they can be paid, if those
    before could pay nobody."""
    since = at - CATCH_UP
    if not PayoutPolicy.objects.filter(effective_at__gt=since, effective_at__lte=at).exists():
        return
    for country in _creators().order_by().values_list("country", flat=True).distinct():
        policy = queries.policy_for(country, at)
        if policy is None or policy.effective_at <= since or not _pays(policy) or of_country(policy):
            continue
        if _pays(queries.policy_for(country, policy.effective_at - dt.timedelta(microseconds=1))):
            continue
        for person in _creators().filter(country=country).iterator():
            notify(
                person=person,
                kind="payouts_opened",
                key=f"payouts_opened:{policy.pk}:{person.pk}",
                at=at,
                facts={},
                url=reverse("payouts:payouts"),
            )


def _pays(policy: PayoutPolicy | None) -> bool:
    return policy is not None and rails.reach(method_kinds=policy.methods, currency=policy.currency)
