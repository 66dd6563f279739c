"""Programmes, what they pay, and creators who join them."""

import base64
import datetime as dt
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction

from ledger.units import is_currency
from partnerships.affiliate_commission import BASIS
from partnerships.affiliate_targets import is_host, leads_to
from partnerships.models import (
    AffiliateMembership,
    AffiliateProgramme,
    AffiliateRate,
    AffiliateRateLine,
)
from partnerships.operations.programmes import permit
from partnerships.queries.affiliate import NoAffiliateRate, rate_in_force

GRACE = dt.timedelta(days=7)
"""How long a merchant may go on signing with the secret before."""


class UnableToSaveProgramme(Exception):
    """`field` names what is wrong with it."""

    code = "unable_to_save_programme"

    def __init__(self, words: str, field: str) -> None:
        super().__init__(words)
        self.field = field


def check_programme(programme: AffiliateProgramme) -> None:
    """Raises UnableToSaveProgramme."""
    for host in programme.hosts:
        if not is_host(host):
            raise UnableToSaveProgramme(f"{host!r} is not a host such as shop.example.", "hosts")
    if not leads_to(programme.landing_url, programme.hosts):
        raise UnableToSaveProgramme("Its https address must be at one of the hosts.", "landing_url")
    if not is_currency(programme.currency):
        raise UnableToSaveProgramme("Not a currency of ISO 4217.", "currency")


@transaction.atomic
def save_programme(*, programme: AffiliateProgramme, actor, at: dt.datetime) -> AffiliateProgramme:
    """Save a new programme, which gets a secret, or changes of an old one. Its currency stays: orders have
    been told in it. Window and hold change for clicks from now on.

    Raises NotPermitted, UnableToSaveProgramme."""
    known = AffiliateProgramme.objects.select_for_update().filter(id=programme.id).first()
    permit(actor, "change_affiliateprogramme" if known else "add_affiliateprogramme")
    check_programme(programme)
    if programme.state == AffiliateProgramme.State.ACTIVE:
        programme.stopped_at = None
    else:
        programme.stopped_at = (known and known.stopped_at) or at
    if known is None:
        programme.secret, programme.created_at = _new_secret(), at
        programme.save(force_insert=True)
    elif known.currency != programme.currency:
        raise UnableToSaveProgramme("The currency of a programme can't change: open another.", "currency")
    else:
        kept = {"id", "secret", "previous_secret", "previous_until", "created_at", "currency"}
        names = [each.name for each in AffiliateProgramme._meta.fields if each.name not in kept]
        programme.save(update_fields=names)
    return programme


@transaction.atomic
def rotate_secret(*, programme_id: uuid.UUID, actor, at: dt.datetime) -> str:
    """A new secret for the merchant to sign with; the one before still holds for a week.

    Raises NotPermitted."""
    permit(actor, "change_affiliateprogramme")
    programme = AffiliateProgramme.objects.select_for_update().get(id=programme_id)
    programme.previous_secret, programme.previous_until = programme.secret, at + GRACE
    programme.secret = _new_secret()
    programme.save(update_fields=["secret", "previous_secret", "previous_until"])
    return programme.secret


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


@dataclass(frozen=True)
class Pay:
    """A line of a rate to come: see `AffiliateRateLine`."""

    product: str = ""
    from_sales: int = 0
    basis_points: int | None = None
    fixed: int | None = None


class UnableToAnnounceRate(Exception):
    """`field` names what is wrong with it, where one thing is."""

    code = "unable_to_announce_rate"

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


def check_rate(
    *, programme_id: uuid.UUID, lines: Sequence[Pay], effective_at: dt.datetime, at: dt.datetime
) -> None:
    """Raises UnableToAnnounceRate."""
    if not any(line.product == "" and line.from_sales == 0 for line in lines):
        raise UnableToAnnounceRate("Say what an order earns that no other line is about.", "percent")
    named = [(line.product, line.from_sales) for line in lines]
    for product, from_sales in named:
        if named.count((product, from_sales)) > 1:
            raise UnableToAnnounceRate(f"{product or 'The same tier'} is named twice.")
    for line in lines:
        if (line.basis_points is None) == (line.fixed is None):
            raise UnableToAnnounceRate("A line pays per cent or a fixed amount, one of the two.")
        if not 0 < (line.fixed or line.basis_points or 0) <= (2**53 if line.fixed else BASIS):
            raise UnableToAnnounceRate("A rate is more than nothing, and at most 100 %.")
    ahead = dt.timedelta(days=settings.AFFILIATE_RATE_NOTICE)
    try:
        rate_in_force(programme_id, at)
    except NoAffiliateRate:
        ahead = dt.timedelta()  # nobody relies on anything yet
    if effective_at < at + ahead:
        why = f"Rates are announced {ahead.days} days ahead" if ahead else "A rate can't begin in the past"
        raise UnableToAnnounceRate(
            f"{why}: choose a moment from {at + ahead:%Y-%m-%d %H:%M} UTC on.", "effective_at"
        )


@transaction.atomic
def announce_rate(
    *,
    programme_id: uuid.UUID,
    lines: Sequence[Pay],
    effective_at: dt.datetime,
    actor,
    reason: str,
    at: dt.datetime,
) -> AffiliateRate:
    """What a programme pays from then on. Raises NotPermitted, UnableToAnnounceRate."""
    permit(actor, "add_affiliaterate")
    check_rate(programme_id=programme_id, lines=lines, effective_at=effective_at, at=at)
    try:
        with transaction.atomic():
            rate = AffiliateRate.objects.create(
                programme_id=programme_id,
                effective_at=effective_at,
                announced_at=at,
                announced_by=actor,
                reason=reason,
            )
    except IntegrityError as error:
        raise UnableToAnnounceRate(
            "Another rate is already announced for that very moment.", "effective_at"
        ) from error
    AffiliateRateLine.objects.bulk_create(
        AffiliateRateLine(
            rate=rate,
            product=line.product,
            from_sales=line.from_sales,
            basis_points=line.basis_points,
            fixed=line.fixed,
        )
        for line in lines
    )
    return rate


class ProgrammeNotOpen(Exception):
    """Nobody can join it, or make links to it, now."""

    code = "programme_not_open"


def join(*, programme_id: uuid.UUID, creator, at: dt.datetime) -> AffiliateMembership:
    """Take part under the terms as they stand. May be repeated. Raises ProgrammeNotOpen."""
    programme = AffiliateProgramme.objects.filter(id=programme_id).first()
    if programme is None or programme.state != AffiliateProgramme.State.ACTIVE or not creator.is_creator:
        raise ProgrammeNotOpen("This programme takes nobody in at the moment.")
    membership, _ = AffiliateMembership.objects.get_or_create(
        programme=programme, creator=creator, defaults={"terms": programme.terms, "joined_at": at}
    )
    return membership
