from django.db import migrations

from payouts import catalogue


def load(apps, schema_editor):
    catalogue.load(apps.get_model("payouts", "PayoutPolicy"))


class Migration(migrations.Migration):
    dependencies = [("payouts", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
