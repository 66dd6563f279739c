"""What falls on which day: deliverables, due invoices, milestones, and rights that end."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.urls import reverse

from partnerships.deal_states import AGREED, DONE, OPEN, Stage
from partnerships.models import Deliverable, Exclusivity, Invoice, Milestone, UsageRight


@dataclass(frozen=True)
class Entry:
    date: dt.date
    kind: str
    label: str
    about: str
    url: str
    tone: str = "neutral"


def entries(creator_id: uuid.UUID, first: dt.date, last: dt.date, on: dt.date) -> dict[dt.date, list[Entry]]:
    """Between two days, both inclusive."""
    mine, days = {"deal__creator_id": creator_id}, (first, last)
    found: list[Entry] = []
    for row in (
        Deliverable.objects.filter(**mine, due_date__range=days)
        .exclude(deal__stage=Stage.LOST)
        .select_related("deal__brand")
    ):
        late = row.state not in DONE and row.due_date < on
        tone = "good" if row.state in DONE else "bad" if late else "info"
        found.append(_entry(row, row.due_date, row.get_kind_display(), row.title, tone))
    for row in Invoice.objects.filter(
        creator_id=creator_id, state__in=OPEN, credits=None, due_date__range=days
    ).select_related("brand"):
        url = reverse("partnerships:invoice", args=[row.pk])
        tone = "bad" if row.due_date < on else "warn"
        found.append(Entry(row.due_date, "Invoice due", row.name, str(row.brand), url, tone))
    for row in Milestone.objects.filter(
        **mine, invoice=None, deal__stage__in=AGREED, due_date__range=days
    ).select_related("deal__brand"):
        found.append(
            _entry(row, row.due_date, "Milestone", row.title, "warn" if row.due_date <= on else "neutral")
        )
    for kind, model in (("Usage ends", UsageRight), ("Exclusivity ends", Exclusivity)):
        rows = model.objects.filter(**mine, deal__stage__in=AGREED, until_date__range=days)
        found += [_entry(row, row.until_date, kind, str(row)) for row in rows.select_related("deal__brand")]
    by_day: dict[dt.date, list[Entry]] = {}
    for entry in sorted(found, key=lambda entry: (entry.date, entry.kind, entry.label)):
        by_day.setdefault(entry.date, []).append(entry)
    return by_day


def _entry(row, date: dt.date, kind: str, label: str, tone: str = "neutral") -> Entry:
    return Entry(date, kind, label, str(row.deal.brand), row.deal.get_absolute_url(), tone)
