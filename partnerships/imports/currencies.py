"""Currencies as heads and cells of exports name them."""

import re

from ledger.units import is_currency

SIGNS = {
    "$": "USD", "us$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "rs": "INR", "rs.": "INR", "¥": "JPY",
    "円": "JPY", "cdn$": "CAD", "ca$": "CAD", "c$": "CAD", "a$": "AUD", "au$": "AUD", "r$": "BRL",
    "mx$": "MXN", "s$": "SGD", "zł": "PLN", "₺": "TRY", "tl": "TRY", "kr": "SEK",
}  # fmt: skip
SHARED = frozenset({"$", "¥", "kr"})
"""Signs of several currencies: what people say goes before them."""
_UNIT = re.compile(r"\s*[(\[]\s*([^()\[\]]{1,5})\s*[)\]]\s*$")
_LAST_WORD = re.compile(r"(?<=[a-z\W_])[\W_]*([A-Z][A-Za-z]{2})$")
SIGN = re.compile(r"[A-Za-z]{0,3}[$€£¥₹₩₪₺₽฿₫₴₦円]|\bRs\b\.?|\bkr\b|\bzł|\b[A-Z]{3}\b")


def currency_named(text: str, meant: str = "") -> str:
    """The ISO code that a sign or code stands for, "" for anything else. `meant` is what a shared sign
    stands for in this file."""
    bare = text.strip()
    if bare.casefold() in SHARED and meant:
        return meant
    if code := SIGNS.get(bare.casefold()):
        return code
    return bare.upper() if len(bare) == 3 and is_currency(bare.upper()) else ""


def currency_in_title(title: str, meant: str = "") -> str:
    """Of "Ad Fees($)", "Sale Amount (EUR)" or "saleAmountUsd"."""
    if (found := _UNIT.search(title)) and (code := currency_named(found[1], meant)):
        return code
    last = _LAST_WORD.search(title)
    return currency_named(last[1], meant) if last else ""


def currency_in_cell(text: str, meant: str = "") -> str:
    """Of "$ 1,234.50" or "4.26 EUR"."""
    found = SIGN.search(text)
    return currency_named(found[0], meant) if found else ""


def without_currency(title: str) -> str:
    found = _UNIT.search(title)
    return title[: found.start()] if found and currency_named(found[1]) else title
