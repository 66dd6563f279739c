"""What was true of an IBAN alone becomes the encrypted details of any kind of method."""

import django.contrib.postgres.fields
from django.db import migrations, models

import ledger.encryption

KINDS = [
    ("iban", "Bank account (IBAN)"),
    ("us_bank", "US bank account"),
    ("stripe", "Stripe account"),
    ("manual", "Another bank account"),
]


def gather(apps, schema_editor) -> None:
    for method in apps.get_model("payouts", "PayoutMethod").objects.all():
        method.details = {"iban": method.iban, "bic": method.bic}
        method.save(update_fields=["details"])


def scatter(apps, schema_editor) -> None:
    for method in apps.get_model("payouts", "PayoutMethod").objects.filter(kind="iban"):
        method.iban, method.bic = method.details["iban"], method.details["bic"]
        method.save(update_fields=["iban", "bic"])


class Migration(migrations.Migration):
    dependencies = [("payouts", "0007_told_by_notices")]

    operations = [
        migrations.AddField("payoutmethod", "details", ledger.encryption.EncryptedJSONField(default=dict)),
        migrations.AlterField("payoutmethod", "iban", ledger.encryption.EncryptedTextField(default="")),
        migrations.AlterField("payoutmethod", "bic", ledger.encryption.EncryptedTextField(default="")),
        migrations.RunPython(gather, scatter),
        migrations.RemoveField("payoutmethod", "iban"),
        migrations.RemoveField("payoutmethod", "bic"),
        migrations.AlterField("payoutmethod", "details", ledger.encryption.EncryptedJSONField()),
        migrations.AlterField("payoutmethod", "kind", models.CharField(choices=KINDS, max_length=10)),
        migrations.AlterField(
            "payoutpolicy",
            "methods",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=KINDS, max_length=10),
                blank=True,
                default=list,
                help_text="Ways to pay, separated by commas; none: payouts wait for a rail.",
                size=None,
            ),
        ),
    ]
