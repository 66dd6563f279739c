"""Which accounts seem to be one person's, and why."""

import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Count, Q
from django.utils.module_loading import import_string

from payouts.models import IdentityDocument, PayoutMethod, TaxForm
from payouts.states import OPEN, State

MOST = 20


@dataclass(frozen=True)
class Related:
    """`ties` in words; the person bears `open_payouts` and `paid_payouts`."""

    person: object
    ties: tuple[str, ...]


def related_accounts(creator_id: uuid.UUID) -> list[Related]:
    """Those with the most ties first, 20 at most. `settings.PAYOUT_RELATED_ACCOUNTS` names functions of a
    creator's id that return {person's id: tie}."""
    ties: dict[uuid.UUID, list[str]] = defaultdict(list)
    for path in settings.PAYOUT_RELATED_ACCOUNTS:
        for person_id, tie in import_string(path)(creator_id).items():
            ties[person_id].append(tie)
    if not ties:
        return []
    people = get_user_model().objects.annotate(
        open_payouts=Count("payouts", filter=Q(payouts__state__in=OPEN)),
        paid_payouts=Count("payouts", filter=Q(payouts__state=State.PAID)),
    )
    found = people.filter(pk__in=sorted(ties, key=lambda person: -len(ties[person]))[:MOST])
    known = [Related(person, tuple(ties[person.pk])) for person in found.order_by("email")]
    return sorted(known, key=lambda related: -len(related.ties))


def same_account(creator_id: uuid.UUID) -> dict[uuid.UUID, str]:
    own = PayoutMethod.objects.filter(owner_id=creator_id).values("fingerprint")
    others = PayoutMethod.objects.filter(fingerprint__in=own).exclude(owner_id=creator_id)
    return dict.fromkeys(others.values_list("owner_id", flat=True), "same bank account")


def same_tax_number(creator_id: uuid.UUID) -> dict[uuid.UUID, str]:
    own = TaxForm.objects.filter(creator_id=creator_id).exclude(digest="").values("digest")
    others = TaxForm.objects.filter(digest__in=own).exclude(creator_id=creator_id)
    return dict.fromkeys(others.values_list("creator_id", flat=True), "same tax number")


def same_document(creator_id: uuid.UUID) -> dict[uuid.UUID, str]:
    own = IdentityDocument.objects.filter(owner_id=creator_id).values("digest")
    others = IdentityDocument.objects.filter(digest__in=own).exclude(owner_id=creator_id)
    return dict.fromkeys(others.values_list("owner_id", flat=True), "same document")
