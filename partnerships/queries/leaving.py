"""What a creator who wants to leave has to know about their other income."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import get_language, ngettext

from ledger.chart import CREATOR_CASH_PENDING
from ledger.leaving import Bearing, Matter
from ledger.queries import holdings
from ledger.units import format_amount
from partnerships.affiliate_states import ConversionState
from partnerships.deal_states import AHEAD
from partnerships.models import AffiliateConversion, AffiliateLink, BrandDeal, Enrolment, Store
from partnerships.programme_states import EnrolmentState


def matters(person, at: dt.datetime) -> list[Matter]:
    return [*_enrolled(person), *_pending(person), *_lost(person)]


def _enrolled(person) -> Iterator[Matter]:
    taking_part = [EnrolmentState.ACTIVE, EnrolmentState.SUSPENDED]
    enrolments = Enrolment.objects.filter(creator=person, state__in=taking_part).select_related("programme")
    for enrolment in enrolments.order_by("id"):
        yield Matter(
            code="enrolled",
            bearing=Bearing.STOPS,
            label=f"You take part in {enrolment.programme}",
            words="Leave it first, so that its last days can be counted.",
            url=reverse("partnerships:programmes"),
            action="To your programmes",
        )


def _pending(person) -> Iterator[Matter]:
    held = AffiliateConversion.objects.filter(creator=person, state=ConversionState.HELD)
    last = held.aggregate(last=Max("payable_at"))["last"]
    for account, amount in holdings(person.pk, [CREATOR_CASH_PENDING]).items():
        if amount:
            yield Matter(
                code="pending_cash",
                bearing=Bearing.WAITS,
                label=f"{format_amount(amount, account.unit, get_language() or 'en')} are pending",
                words="Commissions clear by their date, programmes when our staff have closed the month. "
                "Wait for it if you want to be paid.",
                unit=account.unit,
                amount=amount,
                clears_on=last.date() if last else None,
            )


def _lost(person) -> Iterator[Matter]:
    deals = BrandDeal.objects.filter(creator=person, stage__in=AHEAD).count()
    if deals:
        yield Matter(
            code="deals",
            bearing=Bearing.LOST,
            label=ngettext("%d brand deal under contract", "%d brand deals under contract", deals) % deals,
            words="What you agreed with a brand binds you on. Files, invoices and dates are deleted here: "
            "take them with your data.",
            url=reverse("partnerships:deals"),
            action="See your deals",
        )
    stores = Store.objects.filter(creator=person).count()
    if stores:
        yield Matter(
            code="stores",
            bearing=Bearing.LOST,
            label=ngettext("%d store", "%d stores", stores) % stores,
            words="Orders are not counted any more. Take our address out of your shop's webhooks.",
            url=reverse("partnerships:merch"),
            action="See your stores",
        )
    links = AffiliateLink.objects.filter(creator=person, retired_at__isnull=True).count()
    if links:
        yield Matter(
            code="links",
            bearing=Bearing.LOST,
            label=ngettext("%d affiliate link", "%d affiliate links", links) % links,
            words="They lead nowhere any more.",
            url=reverse("partnerships:affiliate"),
            action="See your links",
        )
