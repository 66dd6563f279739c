"""Rows of the yearly reports to tax offices, amounts as decimals. Names and numbers are as creators signed
or proved them; a cell is empty where neither was needed yet."""

import uuid
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.db.models import DecimalField, OuterRef, Q, QuerySet, Subquery, Sum

from ledger.units import to_decimal, to_parts
from payouts.models import SelfBillingInvoice, TaxForm
from payouts.models.tax_forms import TaxFormKind, TaxFormState
from payouts.queries import EU
from payouts.queries.tax_years import SIGN, SUMS, TAX_USD, Totals, invoiced_in

MEMBER_STATES = EU - {"MC", "SM", "VA"}


def dac7_rows(year: int) -> list[dict]:
    """Sellers resident in the EU, by quarter: what Annex V, section III of Council Directive 2011/16/EU asks
    for. Consideration is what was paid, fees and tax taken off; fees and tax stand beside it. Personal
    services have no threshold. Who moved is told with each residence, and what was paid there."""
    resident = invoiced_in(year).filter(supplier_country__in=MEMBER_STATES)
    known = _Known(resident)
    by = ("series__creator_id", "supplier_country")
    rows = []
    for row in _sums(resident, *by, "quarter", "currency"):
        whose, each = tuple(row.pop(name) for name in by), Totals(**row)
        rows.append(
            {
                "seller": known.name(whose),
                **known.residence(whose),
                **known.number(whose),
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
    """Form 1099-NEC: US persons, wherever they live, to whom at least the year's threshold was paid, or from
    whom tax was withheld (26 USC 6041A, 3402; https://www.irs.gov/forms-pubs/about-form-1099-nec). A US
    person is who had signed a W-9 when they were paid, or lived in the US with no form in force."""
    form = TaxForm.objects.filter(
        Q(decided_at__isnull=True) | Q(decided_at__gt=OuterRef("issued_at")),
        Q(kind=TaxFormKind.W9) | Q(country=OuterRef("supplier_country")),
        creator_id=OuterRef("series__creator_id"),
        signed_at__lte=OuterRef("issued_at"),
    ).order_by("-signed_at", "-id")
    of_us_persons = (
        invoiced_in(year)
        .annotate(form=Subquery(form.values("kind")[:1]))
        .filter(Q(form=TaxFormKind.W9) | Q(form=None, supplier_country="US"))
    )
    known = _Known(of_us_persons, kinds=[TaxFormKind.W9])
    sums = of_us_persons.values("series__creator_id").annotate(
        paid=SUMS["gross_usd"], withheld=Sum(SIGN * TAX_USD, output_field=DecimalField())
    )
    rows = []
    for each in sums.order_by("series__creator_id"):
        withheld = int(Decimal(each["withheld"]).to_integral_value(ROUND_HALF_UP))
        if each["paid"] < to_parts(str(nec_threshold(year)), "USD") and withheld <= 0:
            continue
        whose = known.latest(each["series__creator_id"])
        rows.append(
            {
                "recipient": known.name(whose),
                **known.residence(whose),
                **known.number(whose),
                "box_1": _decimal(each["paid"], "USD"),
                "box_4": _decimal(withheld, "USD"),
            }
        )
    return rows


def nec_threshold(year: int) -> int:
    """In whole dollars: the last that was announced by then (`settings.TAX_1099_NEC_FROM_USD`)."""
    announced = settings.TAX_1099_NEC_FROM_USD
    return announced[max((each for each in announced if each <= year), default=min(announced))]


def _sums(invoices: QuerySet[SelfBillingInvoice], *by: str) -> QuerySet:
    return invoices.values(*by).annotate(**SUMS).order_by(*by)


def _decimal(parts: int, currency: str) -> str:
    return f"{to_decimal(parts, currency):f}"


Whose = tuple[uuid.UUID, str]
"""A creator, and the country in which they lived when they were paid."""


class _Known:
    """What the creators of a report had said about themselves by the last of these invoices of each
    residence, read at once: later words, such as those of who moved, are about later payments."""

    def __init__(self, invoices: QuerySet[SelfBillingInvoice], kinds=tuple(TaxFormKind)) -> None:
        newest = invoices.order_by("series__creator_id", "supplier_country", "-issued_at", "-id")
        last = newest.distinct("series__creator_id", "supplier_country").select_related(
            "identity", "series__creator"
        )
        self._last = {(each.series.creator_id, each.supplier_country): each for each in last}
        self._forms: dict[uuid.UUID, list[TaxForm]] = defaultdict(list)
        signed = TaxForm.objects.filter(creator_id__in={whose[0] for whose in self._last}, kind__in=kinds)
        for form in signed.exclude(state=TaxFormState.REJECTED).order_by("signed_at", "id"):
            self._forms[form.creator_id].append(form)

    def latest(self, creator_id: uuid.UUID) -> Whose:
        mine = [invoice for whose, invoice in self._last.items() if whose[0] == creator_id]
        invoice = max(mine, key=lambda each: (each.issued_at, each.id))
        return creator_id, invoice.supplier_country

    def name(self, whose: Whose) -> str:
        invoice, form = self._last[whose], self._form(whose)
        identity = invoice.identity
        proved = identity and (identity.company_name or identity.legal_name)
        return proved or (form.name if form else invoice.supplier_name)

    def residence(self, whose: Whose) -> dict[str, str]:
        identity = self._last[whose].identity
        names = ("street", "postal_code", "city", "birth_date")
        told = {name: getattr(identity, name) if identity else "" for name in names}
        return {"country": identity.country if identity else whose[1]} | told

    def number(self, whose: Whose) -> dict[str, str]:
        form = self._form(whose)
        if form is None:
            return {"tax_number": "", "tax_number_country": "", "vat_number": ""}
        return {
            "tax_number": form.number,
            "tax_number_country": form.country,
            "vat_number": form.vat_number,
        }

    def _form(self, whose: Whose) -> TaxForm | None:
        creator_id, country = whose
        by_then = [
            form
            for form in self._forms[creator_id]
            if form.signed_at <= self._last[whose].issued_at
            and (form.kind == TaxFormKind.W9 or form.country == country)
        ]
        return by_then[-1] if by_then else None
