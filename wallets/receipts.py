"""A paid purchase as a PDF for its buyer's files."""

import zoneinfo
from collections.abc import Mapping

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.timezone import localtime

from ledger import paper
from ledger.units import COIN, format_amount
from wallets.models import CoinPurchase

NOTE = (
    "Coins are for gifts and other digital content on {site}. They are not money, can't be turned back into "
    "cash and can't be passed on outside {site}. Your rights to a refund are not touched by this."
)


def receipt_pdf(purchase: CoinPurchase) -> bytes:
    """In the buyer's formats and time zone."""
    buyer = purchase.viewer
    with translation.override(buyer.language), timezone.override(zoneinfo.ZoneInfo(buyer.time_zone)):
        return _drawn(purchase, receipt_lines(purchase))


def attached_receipt(facts: Mapping) -> tuple[str, bytes, str]:
    """For the mail that tells of a purchase: a file's name, content and type."""
    purchase = CoinPurchase.objects.get(pk=facts["purchase"])
    return f"receipt-{purchase.reference}.pdf", receipt_pdf(purchase), "application/pdf"


def receipt_lines(purchase: CoinPurchase) -> list[tuple[str, str]]:
    """(label, text) of what a receipt says, in the language and time zone that are active."""
    paid_at = localtime(purchase.closed_at)
    buyer = purchase.viewer
    lines = [
        ("Receipt", purchase.reference),
        ("Paid on", f"{date_format(paid_at, 'DATETIME_FORMAT')} ({paid_at:%Z})"),
        ("Buyer", ", ".join(filter(None, [buyer.display_name, buyer.email, buyer.country.name]))),
        ("Coins", _shown(purchase.paid_coins, COIN)),
    ]
    if purchase.bonus_coins:
        lines.append(("Bonus coins", f"{_shown(purchase.bonus_coins, COIN)} ({purchase.promotion})"))
    if purchase.list_price:
        off = purchase.list_price - purchase.price
        lines.append(("Price before", _shown(purchase.list_price, purchase.currency)))
        lines.append((str(purchase.promotion), f"−{_shown(off, purchase.currency)}"))
    return [
        *lines,
        ("Paid", _shown(purchase.price, purchase.currency)),
        ("Payment", f"{purchase.provider.capitalize()}, {purchase.provider_reference}"),
        ("Purchase", str(purchase.pk)),
    ]


def _shown(parts: int, unit: str) -> str:
    return format_amount(parts, unit, translation.get_language() or "en")


def _drawn(purchase: CoinPurchase, lines: list[tuple[str, str]]) -> bytes:
    pdf = paper.sheet(
        title=f"Receipt {purchase.reference}", author=settings.SELLER_NAME, at=purchase.closed_at
    )
    paper.head(pdf, name=settings.SELLER_NAME, details=settings.SELLER_DETAILS, title="Receipt for coins")
    paper.facts(pdf, lines, bold="Paid")
    paper.note(pdf, NOTE.format(site=settings.SITE_NAME))
    return bytes(pdf.output())
