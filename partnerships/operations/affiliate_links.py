"""Links and coupon codes of creators."""

import datetime as dt
import secrets
import uuid

from django.db import IntegrityError, transaction

from ledger.operations import IdempotencyConflict
from partnerships.affiliate_targets import leads_to
from partnerships.models import AffiliateCoupon, AffiliateLink, AffiliateMembership, AffiliateProgramme
from partnerships.operations.programmes import permit

ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without what is mistaken for something else."""
LENGTH = 7


class UnableToMakeLink(Exception):
    """`field` names what is wrong with it, where one thing is."""

    code = "unable_to_make_link"

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


def make_link(
    *,
    key: uuid.UUID,
    creator,
    programme_id: uuid.UUID,
    at: dt.datetime,
    target_url: str = "",
    label: str = "",
) -> AffiliateLink:
    """A link of a creator who takes part, to a page of the merchant's; the same key, which becomes its id,
    makes one. Raises UnableToMakeLink, ledger.operations.IdempotencyConflict."""
    known = AffiliateLink.objects.filter(id=key, creator=creator).first()
    if known is not None:
        wanted = (programme_id, target_url.strip() or known.target_url)
        if wanted != (known.programme_id, known.target_url):
            raise IdempotencyConflict("This form was sent before, for another link. Open it again.")
        return known
    programme = AffiliateProgramme.objects.filter(id=programme_id).first()
    if (
        programme is None
        or not AffiliateMembership.objects.filter(programme=programme, creator=creator).exists()
    ):
        raise UnableToMakeLink("Join this programme first.", "programme")
    if programme.state != AffiliateProgramme.State.ACTIVE:
        raise UnableToMakeLink(f"{programme} takes no new links at the moment.", "programme")
    target = target_url.strip() or programme.landing_url
    if not leads_to(target, programme.hosts):
        hosts = " or ".join(programme.hosts)
        raise UnableToMakeLink(f"A link of {programme} leads to an https page of {hosts}.", "target_url")
    for _ in range(5):
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        try:
            with transaction.atomic():
                return AffiliateLink.objects.create(
                    id=key,
                    programme=programme,
                    creator=creator,
                    code=code,
                    target_url=target,
                    label=label.strip(),
                    created_at=at,
                )
        except IntegrityError:  # this code, or this key just now
            known = AffiliateLink.objects.filter(id=key, creator=creator).first()
            if known is not None:
                return known
    raise UnableToMakeLink("No free code was found. Try again.")


class UnknownAffiliateLink(Exception):
    """There is no such link, or it is someone else's."""

    code = "unknown_link"


def retire_link(*, link_id: uuid.UUID, creator, at: dt.datetime) -> None:
    """It leads nowhere from now on; orders of its clicks still count. May be repeated. Raises
    UnknownAffiliateLink."""
    links = AffiliateLink.objects.filter(id=link_id, creator=creator)
    if not links.filter(retired_at__isnull=True).update(retired_at=at) and not links.exists():
        raise UnknownAffiliateLink("There is no such link.")


class UnknownCoupon(LookupError):
    """There is no such code."""


class UnableToGiveCoupon(Exception):
    """`field` names what is wrong with it."""

    code = "unable_to_give_coupon"

    def __init__(self, words: str, field: str) -> None:
        super().__init__(words)
        self.field = field


def give_coupon(
    *,
    programme_id: uuid.UUID,
    creator,
    code: str,
    actor,
    from_at: dt.datetime,
    until_at: dt.datetime | None = None,
) -> AffiliateCoupon:
    """A code of the merchant's shop that names this creator. Raises NotPermitted, UnableToGiveCoupon."""
    permit(actor, "add_affiliatecoupon")
    if creator.pk == actor.pk:
        raise UnableToGiveCoupon("Nobody gives a code to themselves.", "creator")
    if not AffiliateMembership.objects.filter(programme_id=programme_id, creator=creator).exists():
        raise UnableToGiveCoupon(f"{creator} has not joined this programme.", "creator")
    if until_at is not None and until_at <= from_at:
        raise UnableToGiveCoupon("It ends before it begins.", "until_at")
    try:
        with transaction.atomic():
            return AffiliateCoupon.objects.create(
                programme_id=programme_id,
                creator=creator,
                code=code.strip().upper(),
                from_at=from_at,
                until_at=until_at,
            )
    except IntegrityError as error:
        words = "Use letters, digits, - and _, and a code that this programme has not given yet."
        raise UnableToGiveCoupon(words, "code") from error


@transaction.atomic
def end_coupon(*, coupon_id: uuid.UUID, actor, at: dt.datetime) -> AffiliateCoupon:
    """Orders from now on no longer count for its creator. One that has ended stays as it is.

    Raises NotPermitted, UnknownCoupon."""
    permit(actor, "change_affiliatecoupon")
    coupon = AffiliateCoupon.objects.select_for_update().filter(pk=coupon_id).first()
    if coupon is None:
        raise UnknownCoupon("There is no such code.")
    if coupon.until_at is None or coupon.until_at > at:
        coupon.until_at = max(at, coupon.from_at)
        coupon.save(update_fields=["until_at"])
    return coupon
