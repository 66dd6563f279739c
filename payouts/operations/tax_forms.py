"""A creator signs what the tax office wants; staff may find that it isn't right."""

import datetime as dt
import uuid
from dataclasses import asdict, dataclass

from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from stdnum.us import ein

from ledger.encryption import digest
from ledger.operations import IdempotencyConflict
from payouts.models import TaxForm
from payouts.models.tax_forms import TaxClass, TaxFormKind, TaxFormState
from payouts.names import same_name
from payouts.notices import notify
from payouts.operations.review import MissingReason, NotPermitted
from payouts.queries.identity import standing
from payouts.queries.tax_forms import forms_for
from payouts.tax_numbers import InvalidTaxNumber, masked, tax_number, vat_number

WITH_AN_EIN = frozenset({TaxClass.C_CORPORATION, TaxClass.S_CORPORATION, TaxClass.PARTNERSHIP})
"""Form W-9, part I: https://www.irs.gov/instructions/iw9"""
DAC7_MONTHS = 36
"""How long an EU declaration may be relied on: Directive (EU) 2021/514, Annex V, section II."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What the form asks. A W-9 alone has `tax_class` and `backup_withholding`, a W-8BEN alone `works_in_us`
    and a reason for having no number, the EU's form alone a VAT number, where there is one."""

    name: str
    number: str = ""
    no_number_reason: str = ""
    vat_number: str = ""
    tax_class: str = TaxClass.INDIVIDUAL
    backup_withholding: bool = False
    works_in_us: bool = False
    signature: str


class UnableToSign(Exception):
    """`field` names what is wrong, or is empty."""

    def __init__(self, code: str, words: str, field: str = "") -> None:
        super().__init__(words)
        self.code, self.field = code, field


class UnknownTaxForm(Exception):
    """There is no such form."""


class NotInForce(Exception):
    """The form was replaced or rejected meanwhile."""

    code = "not_in_force"


@transaction.atomic
def sign_tax_form(*, creator, kind: str, answers: Answers, key: str, at: dt.datetime) -> TaxForm:
    """In force from now on, in the place of an earlier one. The same key returns the first.

    Raises UnableToSign, IdempotencyConflict."""
    get_user_model().objects.select_for_update(no_key=True).get(pk=creator.pk)
    key = f"{creator.pk}:{key}"
    country = "US" if kind == TaxFormKind.W9 else str(creator.country)
    checked = _checked(creator, kind, country, answers, at)
    facts = asdict(checked) | {"kind": kind, "country": country}
    known = TaxForm.objects.filter(key=key).first()
    if known is not None:
        if any(getattr(known, name) != value for name, value in facts.items()):
            raise IdempotencyConflict("This key was used for another form. Use a new one for each.")
        return known
    TaxForm.objects.filter(creator=creator, state=TaxFormState.SIGNED).update(state=TaxFormState.SUPERSEDED)
    return TaxForm.objects.create(
        key=key,
        creator=creator,
        masked=masked(checked.number) if checked.number else "",
        digest=digest(f"{country} {checked.number}") if checked.number else "",
        signed_at=at,
        expires_at=_expires_at(kind, at),
        **facts,
    )


@transaction.atomic
def reject_tax_form(*, form_id: uuid.UUID, actor, reason: str, at: dt.datetime) -> TaxForm:
    """It can't be relied on, as where the name is another's; the creator reads `reason` and signs anew.

    Raises NotPermitted, UnknownTaxForm, NotInForce, MissingReason."""
    if not (actor.is_staff and actor.has_perm("payouts.review_identity")):
        raise NotPermitted("You don't have the permission for this decision.")
    form = (
        TaxForm.objects.select_for_update(of=("self",)).select_related("creator").filter(id=form_id).first()
    )
    if form is None:
        raise UnknownTaxForm("There is no such tax form.")
    if form.creator_id == actor.pk:
        raise NotPermitted("Nobody decides about their own tax form.")
    if not reason.strip():
        raise MissingReason("Write a reason: the creator reads it.")
    if form.state != TaxFormState.SIGNED:
        raise NotInForce(f"This form is {form.get_state_display().lower()} already.")
    form.state, form.reason, form.decided_by, form.decided_at = (
        TaxFormState.REJECTED, reason.strip(), actor, at,
    )  # fmt: skip
    form.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    notify(
        person=form.creator,
        kind="tax_form_rejected",
        key=f"tax_form_rejected:{form.id}",
        at=at,
        facts={"form": form.get_kind_display(), "reason": form.reason},
        url=reverse("payouts:tax_form"),
    )
    return form


def _checked(creator, kind: str, country: str, answers: Answers, at: dt.datetime) -> Answers:
    """The answers with their numbers as the register writes them."""
    if not creator.is_creator:
        raise UnableToSign("not_creator", "Only creators are paid. Become a creator in your profile.")
    if kind not in forms_for(str(creator.country)):
        raise UnableToSign("wrong_form", "This form is for people in another country than your profile's.")
    for name in ("name", "signature"):
        if not getattr(answers, name).strip():
            raise UnableToSign("missing", "Fill this in.", name)
    _refuse_another_s_signature(creator, answers, at)
    facts = asdict(answers)
    if answers.tax_class not in TaxClass:
        raise UnableToSign("tax_class", "Choose one of these.", "tax_class")
    if answers.number.strip():
        if kind == TaxFormKind.W9 and answers.tax_class in WITH_AN_EIN and not ein.is_valid(answers.number):
            words = "A corporation or partnership is known by its EIN (12-3456789), not by a person's number."
            raise UnableToSign("ein", words, "number")
        facts["number"] = _number(country, answers.number.strip())
        facts["no_number_reason"] = ""
    elif kind != TaxFormKind.W8BEN:
        raise UnableToSign("missing", "We need this number.", "number")
    elif not answers.no_number_reason.strip():
        words = "Write your tax number, or below why you have none."
        raise UnableToSign("missing", words, "number")
    if answers.vat_number.strip():
        try:
            facts["vat_number"] = vat_number(answers.vat_number.strip())
        except InvalidTaxNumber as error:
            raise UnableToSign(error.code, str(error), "vat_number") from error
    return Answers(**facts)


def _refuse_another_s_signature(creator, answers: Answers, at: dt.datetime) -> None:
    """A person signs for themselves; for a business signs who told us that they act for it."""
    known = standing(creator.pk, at)
    versions = [version for version in (known.latest, known.verified) if version is not None]
    signers = [version.legal_name for version in versions]
    of_business = answers.tax_class != TaxClass.INDIVIDUAL or any(
        version.company_name and same_name(version.company_name, answers.name) for version in versions
    )
    if not of_business:
        signers.insert(0, answers.name)
    if signers and not any(same_name(answers.signature, signer) for signer in signers):
        raise UnableToSign("signature", f"Sign with the name of who signs: {signers[0]}.", "signature")


def _number(country: str, number: str) -> str:
    try:
        return tax_number(country, number)
    except InvalidTaxNumber as error:
        raise UnableToSign(error.code, str(error), "number") from error


def _expires_at(kind: str, at: dt.datetime) -> dt.datetime | None:
    """A W-8BEN holds to the end of the third year after it was signed (26 CFR 1.1441-1(e)(4)(ii)), a W-9
    until something changes."""
    if kind == TaxFormKind.W8BEN:
        return dt.datetime(at.year + 4, 1, 1, tzinfo=dt.UTC)
    if kind == TaxFormKind.DAC7:
        return at + dt.timedelta(days=DAC7_MONTHS // 12 * 365)
    return None
