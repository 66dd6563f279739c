"""The desk of the staff. Pages read; `partnerships.operations` decide, and check each decision again."""

from partnerships.admin import (
    affiliate_conversions,
    affiliate_programmes,
    closes,
    deals,
    enrolments,
    imports,
    merch,
    networks,
    programmes,
)

__all__ = [
    "affiliate_conversions",
    "affiliate_programmes",
    "closes",
    "deals",
    "enrolments",
    "imports",
    "merch",
    "networks",
    "programmes",
]
