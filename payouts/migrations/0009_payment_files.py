import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import ledger.encryption

# Until now each payment was a message of its own, kept on its remittance.
ONE_FILE_EACH = """
INSERT INTO payouts_paymentfile (id, rail, message_id, message, payments, total, currency, committed_at,
                                 attempted_at, receipt, problem, by_hand)
SELECT id, rail, message_id, message, 1, amount, currency, committed_at, attempted_at, receipt, problem, false
FROM payouts_remittance;
UPDATE payouts_remittance SET file_id = id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("payouts", "0008_method_details"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PaymentFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("rail", models.CharField(max_length=20)),
                ("message_id", models.CharField(max_length=35, unique=True)),
                ("message", ledger.encryption.EncryptedTextField()),
                ("payments", models.PositiveIntegerField()),
                ("total", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("committed_at", models.DateTimeField()),
                ("attempted_at", models.DateTimeField(db_index=True)),
                ("receipt", models.JSONField(blank=True, default=dict)),
                ("problem", models.TextField(blank=True, default="")),
                ("by_hand", models.BooleanField(default=False)),
                ("handed_over_at", models.DateTimeField(blank=True, null=True)),
                (
                    "handed_over_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("payments__gt", 0), ("total__gt", 0)),
                        name="payment_file_not_empty",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="remittance",
            name="file",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="remittances",
                to="payouts.paymentfile",
            ),
        ),
        migrations.RunSQL(ONE_FILE_EACH, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="remittance", name="remittance_by_state"),
        migrations.RemoveField(model_name="remittance", name="message"),
        migrations.RemoveField(model_name="remittance", name="message_id"),
        migrations.RemoveField(model_name="remittance", name="attempted_at"),
        migrations.RemoveField(model_name="remittance", name="receipt"),
        migrations.AddIndex(
            model_name="remittance",
            index=models.Index(fields=["state", "id"], name="remittance_by_state"),
        ),
        migrations.AddConstraint(
            model_name="remittance",
            constraint=models.CheckConstraint(
                condition=models.Q(("file__isnull", False), ("state", "rejected"), _connector="OR"),
                name="remittance_in_a_file",
            ),
        ),
        migrations.RemoveConstraint(model_name="bankmessage", name="bank_message_once"),
        migrations.RenameField(model_name="bankmessage", old_name="rail", new_name="channel"),
        migrations.AlterField(
            model_name="bankmessage",
            name="channel",
            field=models.CharField(help_text="The mailbox it was in.", max_length=20),
        ),
        migrations.RunSQL("UPDATE payouts_bankmessage SET channel = 'bank'", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="bankmessage",
            constraint=models.UniqueConstraint(fields=("channel", "digest"), name="bank_message_once"),
        ),
    ]
