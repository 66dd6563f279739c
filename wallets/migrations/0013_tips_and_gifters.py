from pathlib import Path

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

CAPS = Path(__file__).resolve().parent.parent / "sql" / "cap_reached.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("wallets", "0012_disputes_and_refunds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GifterCount",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("until", models.DateTimeField(unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Gifter",
            fields=[
                (
                    "viewer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("coins", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("coins__gt", 0)), name="gifter_gave")
                ],
            },
        ),
        migrations.CreateModel(
            name="CoinTip",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("coins", models.BigIntegerField()),
                ("sent_at", models.DateTimeField()),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["sender", "sent_at"], name="coin_tip_of_sender")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("coins__gt", 0)), name="coin_tip_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("sender", models.F("recipient")), _negated=True),
                        name="coin_tip_to_somebody_else",
                    ),
                ],
            },
        ),
        migrations.RunSQL(CAPS.read_text(), migrations.RunSQL.noop),
    ]
