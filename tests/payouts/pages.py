"""Addresses of the studio's payout pages, and their words."""

import re

HOME, NEW, METHODS, ADD = (
    "/studio/payouts/",
    "/studio/payouts/new/",
    "/studio/methods/",
    "/studio/methods/add/",
)


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
