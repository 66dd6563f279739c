"""The policies that a new portal begins with."""

from django.db import migrations

from payouts import catalogue


def load(apps, schema_editor):
    catalogue.load(apps.get_model("payouts", "PayoutPolicy"))


class Migration(migrations.Migration):
    replaces = [("payouts", "0002_policies")]
    dependencies = [("payouts", "0001_begin")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
