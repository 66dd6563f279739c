"""The rates a new portal begins with: a diamond for a coin, half a US cent for a diamond."""

import datetime as dt
from decimal import Decimal

from django.db import migrations

BEGINNING = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
RATES = [("COIN", "DIAMOND", Decimal(1)), ("DIAMOND", "USD", Decimal("0.005"))]


def set_defaults(apps, schema_editor):
    Rate = apps.get_model("ledger", "Rate")
    for base, quote, value in RATES:
        Rate.objects.create(
            base=base, quote=quote, value=value, effective_at=BEGINNING, reason="The portal's default."
        )


class Migration(migrations.Migration):
    replaces = [("ledger", "0003_default_rates")]
    dependencies = [("ledger", "0001_begin")]

    operations = [migrations.RunPython(set_defaults, migrations.RunPython.noop)]
