"""Rows of the yearly reports to tax offices, amounts as decimals. Names and numbers are as creators signed
or proved them; a cell is empty where neither was needed yet."""

import uuid
from collections import defaultdict

from django.conf import settings
from django.contrib.auth import get_user_model

from ledger.units import to_decimal, to_parts
from payouts.identity_states import IdentityState
from payouts.models import IdentityVersion, TaxForm
from payouts.models.tax_forms import TaxFormState
from payouts.queries import EU
from payouts.queries.tax_years import SUMS, Totals, invoiced_in

MEMBER_STATES = EU - {"MC", "SM", "VA"}


def dac7_rows(year: int) -> list[dict]:
    """Sellers resident in the EU, by quarter: what Annex V, section III of Council Directive 2011/16/EU asks
    for. Consideration is what was paid, fees and tax taken off; fees and tax stand beside it. Personal
    services have no threshold."""
    rows = []
    found = _by_creator(year, "quarter", supplier_country__in=MEMBER_STATES)
    known = _Known(found)
    for creator_id, totals in found.items():
        for each in totals:
            rows.append(
                {
                    "seller": known.name(creator_id),
                    **known.residence(creator_id),
                    **known.number(creator_id),
                    "quarter": each.quarter,
                    "currency": each.currency,
                    "consideration": _decimal(each.net, each.currency),
                    "fees": _decimal(each.fees, each.currency),
                    "tax": _decimal(each.tax, each.currency),
                    "activities": each.payouts,
                }
            )
    return rows


def nec_rows(year: int) -> list[dict]:
    """Form 1099-NEC: US creators to whom at least the year's threshold was paid, or from whom tax was
    withheld (26 USC 6041A, 3402; https://www.irs.gov/forms-pubs/about-form-1099-nec)."""
    found = _by_creator(year, supplier_country="US")
    known = _Known(found)
    rows = []
    for creator_id, totals in found.items():
        paid = sum(each.gross_usd for each in totals)
        withheld = sum(each.tax for each in totals if each.currency == "USD")
        if paid < to_parts(str(nec_threshold(year)), "USD") and withheld <= 0:
            continue
        rows.append(
            {
                "recipient": known.name(creator_id),
                **known.residence(creator_id),
                **known.number(creator_id),
                "box_1": _decimal(paid, "USD"),
                "box_4": _decimal(withheld, "USD"),
            }
        )
    return rows


def nec_threshold(year: int) -> int:
    """In whole dollars: the last that was announced by then (`settings.TAX_1099_NEC_FROM_USD`)."""
    announced = settings.TAX_1099_NEC_FROM_USD
    return announced[max((each for each in announced if each <= year), default=min(announced))]


def _by_creator(year: int, *by: str, **which) -> dict[uuid.UUID, list[Totals]]:
    found = defaultdict(list)
    grouped = invoiced_in(year).filter(**which).values("series__creator_id", "currency", *by)
    for row in grouped.annotate(**SUMS).order_by("series__creator_id", *by, "currency"):
        creator_id = row.pop("series__creator_id")
        found[creator_id].append(Totals(**{"quarter": 0} | row))
    return dict(found)


def _decimal(parts: int, currency: str) -> str:
    return f"{to_decimal(parts, currency):f}"


class _Known:
    """What the creators of a report said about themselves, read at once."""

    def __init__(self, creator_ids) -> None:
        ids = list(creator_ids)
        verified = IdentityVersion.objects.filter(creator_id__in=ids, state=IdentityState.VERIFIED)
        signed = TaxForm.objects.filter(creator_id__in=ids, state=TaxFormState.SIGNED)
        self._people = get_user_model().objects.in_bulk(ids)
        self._identities = {each.creator_id: each for each in verified}
        self._forms = {each.creator_id: each for each in signed}

    def name(self, creator_id: uuid.UUID) -> str:
        identity, form = self._identities.get(creator_id), self._forms.get(creator_id)
        proved = identity and (identity.company_name or identity.legal_name)
        return proved or (form.name if form else self._people[creator_id].display_name)

    def residence(self, creator_id: uuid.UUID) -> dict[str, str]:
        identity = self._identities.get(creator_id)
        names = ("street", "postal_code", "city", "birth_date")
        told = {name: getattr(identity, name) if identity else "" for name in names}
        return {"country": identity.country if identity else str(self._people[creator_id].country)} | told

    def number(self, creator_id: uuid.UUID) -> dict[str, str]:
        form = self._forms.get(creator_id)
        if form is None:
            return {"tax_number": "", "tax_number_country": "", "vat_number": ""}
        return {
            "tax_number": form.number,
            "tax_number_country": form.country,
            "vat_number": form.vat_number,
        }
