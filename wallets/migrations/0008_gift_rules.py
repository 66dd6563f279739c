from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).resolve().parent.parent / "sql"
BEFORE = (
    "wallets_send_gift(uuid, text, timestamptz, uuid, uuid, uuid, integer, bigint, text, integer, uuid[])"
)


class Migration(migrations.Migration):
    dependencies = [
        ("wallets", "0007_coin_removals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CreatorSettings",
            fields=[
                (
                    "creator",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("gifts_off", models.BooleanField(default=False)),
                ("note", models.CharField(blank=True, max_length=140)),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "creator settings",
            },
        ),
        migrations.CreateModel(
            name="ViewerSettings",
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
                (
                    "anonymous",
                    models.BooleanField(default=False, help_text="Whether gifts are sent without the name."),
                ),
                ("time_zone", models.CharField(default="UTC", max_length=64)),
                ("daily_cap", models.BigIntegerField(null=True)),
                ("next_daily_cap", models.BigIntegerField(null=True)),
                ("daily_cap_from", models.DateTimeField(null=True)),
                ("monthly_cap", models.BigIntegerField(null=True)),
                ("next_monthly_cap", models.BigIntegerField(null=True)),
                ("monthly_cap_from", models.DateTimeField(null=True)),
                ("cool_off_until", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name_plural": "viewer settings",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("daily_cap__isnull", True), ("daily_cap__gt", 0), _connector="OR"),
                            models.Q(
                                ("next_daily_cap__isnull", True), ("next_daily_cap__gt", 0), _connector="OR"
                            ),
                            models.Q(("monthly_cap__isnull", True), ("monthly_cap__gt", 0), _connector="OR"),
                            models.Q(
                                ("next_monthly_cap__isnull", True),
                                ("next_monthly_cap__gt", 0),
                                _connector="OR",
                            ),
                        ),
                        name="viewer_caps_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("daily_cap_from__isnull", False),
                                ("next_daily_cap__isnull", True),
                                _connector="OR",
                            ),
                            models.Q(
                                ("monthly_cap_from__isnull", False),
                                ("next_monthly_cap__isnull", True),
                                _connector="OR",
                            ),
                        ),
                        name="viewer_next_cap_has_its_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("unnamed", models.BooleanField(default=False)),
                ("blocked_at", models.DateTimeField()),
                (
                    "blocked",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "blocker",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("blocker", "blocked", "unnamed"), name="block_once"),
                    models.CheckConstraint(
                        condition=models.Q(("blocker", models.F("blocked")), _negated=True),
                        name="block_somebody_else",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            [
                f"DROP FUNCTION IF EXISTS {BEFORE}",
                (SQL / "cap_reached.sql").read_text(),
                (SQL / "send_gift.sql").read_text(),
            ],
            migrations.RunSQL.noop,
        ),
    ]
