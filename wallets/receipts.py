"""A paid purchase as a PDF for its buyer's files."""

import zoneinfo
from collections.abc import Mapping
from functools import cache

import font_roboto
from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.timezone import localtime

from ledger.units import COIN, format_amount
from wallets.models import CoinPurchase

LABEL, VALUE = 62, 112  # millimetres of the two columns
NOTE = (
    "Coins are for gifts and other digital content on {site}. They are not money, can't be turned back into "
    "cash and can't be passed on outside {site}. Your rights to a refund are not touched by this."
)


def receipt_pdf(purchase: CoinPurchase) -> bytes:
    """In the buyer's formats and time zone. Letters that the typeface lacks are written in Latin ones."""
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
    from fpdf import FPDF  # a second that only receipts need

    pdf = FPDF(format="A4")
    pdf.set_title(f"Receipt {purchase.reference}")
    pdf.set_author(settings.SELLER_NAME)
    pdf.set_creation_date(purchase.closed_at)
    pdf.set_margins(18, 22)
    pdf.add_font("Roboto", "", font_roboto.Roboto)
    pdf.add_font("Roboto", "B", font_roboto.RobotoBold)
    pdf.add_page()
    pdf.set_font("Roboto", "B", 20)
    pdf.multi_cell(0, 9, _written(settings.SELLER_NAME), new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Roboto", "", 10)
    pdf.multi_cell(0, 5, _written(settings.SELLER_DETAILS), new_x="LMARGIN", new_y="NEXT")
    pdf.ln(10)
    pdf.set_font("Roboto", "B", 14)
    pdf.cell(0, 8, "Receipt for coins", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(2)
    for label, text in lines:
        bold = label == "Paid"
        top = pdf.get_y()
        pdf.set_draw_color(205)
        pdf.line(pdf.l_margin, top, pdf.w - pdf.r_margin, top)
        pdf.set_font("Roboto", "", 10.5)
        pdf.set_text_color(90)
        pdf.multi_cell(LABEL, 8, _written(label), new_x="LMARGIN", new_y="NEXT")
        below = pdf.get_y()
        pdf.set_xy(pdf.l_margin + LABEL, top)
        pdf.set_font("Roboto", "B" if bold else "", 10.5)
        pdf.set_text_color(15)
        pdf.multi_cell(VALUE, 8, _written(text), align="R", new_x="LMARGIN", new_y="NEXT")
        pdf.set_y(max(below, pdf.get_y()))
    pdf.ln(8)
    pdf.set_font("Roboto", "", 9)
    pdf.set_text_color(90)
    pdf.multi_cell(0, 4.6, NOTE.format(site=settings.SITE_NAME), new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def _written(text: str) -> str:
    from text_unidecode import unidecode

    known = _letters()
    return "".join(sign if sign == "\n" or ord(sign) in known else unidecode(sign) for sign in text)


@cache
def _letters() -> frozenset[int]:
    """The code points for which both faces have a picture."""
    from fontTools.ttLib import TTFont

    regular, bold = (set(TTFont(path).getBestCmap()) for path in (font_roboto.Roboto, font_roboto.RobotoBold))
    return frozenset(regular & bold)
