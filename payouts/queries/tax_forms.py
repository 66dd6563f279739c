"""Which form the tax office wants of whom, and which one a creator has signed."""

import datetime as dt
import uuid

from django.db.models import Q, QuerySet

from payouts.models import TaxForm
from payouts.models.tax_forms import TaxFormKind, TaxFormState
from payouts.queries import EU

BACKUP = 240
"""Per mille withheld from a US person who gave no number, or whom the IRS named: 26 U.S.C. 3406 with the rate
of 26 U.S.C. 1(i), 24 % since 2018."""
FOREIGN = 300
"""Per mille withheld from a foreign person's income from the US: 26 U.S.C. 1441(a)."""


def forms_for(country: str) -> tuple[TaxFormKind, ...]:
    """Any of these will do where the creator lives, the usual one first. Who lives elsewhere than in the US
    and the EU, and is a US person, signs a W-9."""
    if country == "US":
        return (TaxFormKind.W9,)
    if country in EU:
        return (TaxFormKind.DAC7,)
    return (TaxFormKind.W8BEN, TaxFormKind.W9)


def tax_form_of(creator_id: uuid.UUID) -> TaxForm | None:
    """The one that was signed last, in force or not."""
    return tax_forms_of(creator_id).exclude(state=TaxFormState.SUPERSEDED).first()


def tax_forms_of(creator_id: uuid.UUID) -> QuerySet[TaxForm]:
    """Newest first."""
    return TaxForm.objects.filter(creator_id=creator_id)


def in_force(form: TaxForm | None, country: str, at: dt.datetime) -> bool:
    """Whether this form is what someone in `country` has to have signed."""
    return (
        form is not None
        and form.state == TaxFormState.SIGNED
        and (form.expires_at is None or form.expires_at > at)
        and form.kind in forms_for(country)
        and (form.kind != TaxFormKind.DAC7 or form.country == country)
    )


def withholding_per_mille(creator, at: dt.datetime) -> int:
    """What the creator's tax papers make us withhold of the gross amount; a policy may ask for more.

    A W-9 frees from it unless the IRS said otherwise. A W-8BEN frees what is earned by work done outside the
    US, which is not income from there (26 U.S.C. 861(a)(3)). The EU's form reports and withholds nothing."""
    country = str(creator.country)
    form = tax_form_of(creator.pk)
    if not in_force(form, country, at):
        return BACKUP if country == "US" else 0
    if form.kind == TaxFormKind.W9:
        return BACKUP if form.backup_withholding else 0
    return FOREIGN if form.kind == TaxFormKind.W8BEN and form.works_in_us else 0


def expiring(*, after: dt.datetime, before: dt.datetime) -> QuerySet[TaxForm]:
    """In force, and at an end between these moments."""
    forms = TaxForm.objects.filter(state=TaxFormState.SIGNED, expires_at__gt=after, expires_at__lte=before)
    return forms.select_related("creator")


def others_with_number(form: TaxForm) -> QuerySet[TaxForm]:
    """Other people's forms with the same number."""
    same = Q(digest=form.digest) & ~Q(digest="") & ~Q(creator_id=form.creator_id)
    return TaxForm.objects.filter(same).select_related("creator")
