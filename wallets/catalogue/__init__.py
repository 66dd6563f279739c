"""The price list and the gifts that a new portal starts with, as CSV beside this file."""

import csv
import datetime as dt
from pathlib import Path

from ledger.units import to_parts

FOLDER = Path(__file__).parent
# Before anything that can have happened here, so that imported history finds its prices.
OPENING = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(newline="") as file:
        return list(csv.DictReader(file))


def load_packages(model) -> int:
    """Add each package of `coin_packages.csv` that its region has never offered. Returns how many were new.

    `model` is CoinPackage, as a migration or the application knows it."""
    known = set(model.objects.values_list("region", "coins"))
    new = [
        model(
            region=row["region"],
            currency=row["currency"],
            coins=int(row["coins"]),
            price=to_parts(row["price"], row["currency"]),
            available_from=OPENING,
        )
        for row in rows("coin_packages.csv")
        if (row["region"], int(row["coins"])) not in known
    ]
    model.objects.bulk_create(new)
    return len(new)
