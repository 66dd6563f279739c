"""The first price list and the first gifts."""

from django.db import migrations

from wallets.catalogue import load_packages
from wallets.catalogue.gift_types import load_gift_types


def load(apps, schema_editor):
    load_packages(apps.get_model("wallets", "CoinPackage"))
    load_gift_types(apps.get_model("wallets", "GiftType"))


class Migration(migrations.Migration):
    replaces = [("wallets", "0002_catalogue"), ("wallets", "0004_gift_function")]
    dependencies = [("wallets", "0001_begin")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
