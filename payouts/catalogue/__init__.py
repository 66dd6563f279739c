"""The policies that the portal starts with. `payout_policies.csv` writes amounts in decimals of its row's
currency; the cap is in US dollars. Methods and schedules are separated by spaces: regions without a method
wait for a rail that reaches them (SEPA pays euros, ACH US dollars)."""

import csv
import datetime as dt
from pathlib import Path

from ledger.units import to_parts

FILE = Path(__file__).with_name("payout_policies.csv")
EFFECTIVE_AT = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def rows() -> list[dict]:
    """The columns of `PayoutPolicy`, amounts in smallest parts."""
    with FILE.open(newline="") as lines:
        return [_row(line) for line in csv.DictReader(lines)]


def _row(line: dict[str, str]) -> dict:
    currency = line["currency"]
    return {
        "region": line["region"],
        "effective_at": EFFECTIVE_AT,
        "currency": currency,
        "minimum": to_parts(line["minimum_payout"], currency),
        "schedule": line["schedule"],
        "schedules": line["schedules"].split(),
        "daily_cap_usd": to_parts(line["daily_cap_usd"], "USD"),
        "fee_fixed": to_parts(line["fee_fixed"], currency),
        "review_above": to_parts(line["review_above"], currency),
        "second_approval_above": to_parts(line["second_approval_above"], currency),
        "methods": line["methods"].split(),
    } | {
        share: int(line[share]) for share in ("fee_per_mille", "fx_margin_per_mille", "withholding_per_mille")
    }


def load(model) -> None:
    """Write the rows that are missing; those that are there stay as they are. The model of an early
    migration has not every column yet."""
    known = {field.name for field in model._meta.get_fields()}
    found = [model(**{name: value for name, value in row.items() if name in known}) for row in rows()]
    model.objects.bulk_create(found, ignore_conflicts=True)
