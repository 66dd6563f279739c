from django.db import migrations

from wallets.catalogue import load_packages


class Migration(migrations.Migration):
    dependencies = [("wallets", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, _schema: load_packages(apps.get_model("wallets", "CoinPackage")),
            migrations.RunPython.noop,
        ),
    ]
