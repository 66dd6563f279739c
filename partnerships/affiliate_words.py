"""What a programme pays, in words."""

from django.utils.translation import get_language

from ledger.units import format_amount
from partnerships.models import AffiliateRate, AffiliateRateLine


def rate_in_words(rate: AffiliateRate, currency: str) -> list[str]:
    """A sentence for each line: the general one first, then its tiers, then products."""
    return [line_in_words(line, currency) for line in rate.lines.all()]


def steps_in_words(reckoning: dict, currency: str) -> list[dict]:
    """What was applied to which part of an order, of a conversion's `reckoning`."""
    steps = reckoning["steps"]
    return [
        {"words": line_in_words(AffiliateRateLine(**_facts(step)), currency), "amount": step["amount"]}
        for step in steps
    ]


def _facts(step: dict) -> dict:
    return {name: step[name] for name in ("product", "from_sales", "basis_points", "fixed")}


def line_in_words(line: AffiliateRateLine, currency: str) -> str:
    if line.fixed is not None:
        each = f"for each {line.product}" if line.product else "for every order"
        what = f"{money(line.fixed, currency)} {each}"
    else:
        what = f"{per_cent(line.basis_points)} of {line.product or 'every order'}"
    if line.from_sales:
        what += f" once you have sold for {money(line.from_sales, currency)} in a month"
    return f"{what}."


def per_cent(basis_points: int) -> str:
    """1250 → "12.5 %"."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") + " %"


def money(parts: int, unit: str) -> str:
    return format_amount(parts, unit, get_language() or "en")
