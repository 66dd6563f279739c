import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

from payouts import catalogue


def copy_lines(apps, schema_editor):
    """Every payout so far was of diamonds alone."""
    lines = apps.get_model("payouts", "PayoutLine")
    payouts = apps.get_model("payouts", "PayoutRequest").objects.select_related("policy")
    for payout in payouts.iterator():
        lines.objects.create(
            payout=payout,
            unit="DIAMOND",
            amount=payout.diamonds,
            rate=payout.diamond_rate,
            worth=payout.gross_usd,
            fx_rate=payout.fx_rate,
            fx_source=payout.fx_source,
            gross=payout.gross,
        )
        payouts.filter(pk=payout.pk).update(tax_per_mille=payout.policy.withholding_per_mille)


def name_schedules(apps, schema_editor):
    """As the catalogue has them; elsewhere the schedule there was, and on demand as ever."""
    policies = apps.get_model("payouts", "PayoutPolicy").objects
    known = {row["region"]: row["schedules"] for row in catalogue.rows()}
    for policy in policies.all():
        allowed = {policy.schedule, *known.get(policy.region, ["on_demand"])}
        policies.filter(pk=policy.pk).update(schedules=sorted(allowed))


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0008_inbox"),
        ("payouts", "0010_clawbacks_invoices_statements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PayDay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("pay_date", models.DateField()),
                (
                    "schedule",
                    models.CharField(
                        choices=[
                            ("weekly", "Weekly"),
                            ("monthly", "Monthly"),
                            ("quarterly", "Quarterly"),
                            ("on_demand", "Only when I ask"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("gates", models.JSONField(blank=True, default=list)),
            ],
            options={
                "ordering": ("-pay_date", "-id"),
            },
        ),
        migrations.CreateModel(
            name="PayoutLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("unit", models.CharField(max_length=8)),
                ("amount", models.BigIntegerField()),
                (
                    "rate",
                    models.DecimalField(
                        decimal_places=10, help_text="US dollars for a diamond; else 1.", max_digits=20
                    ),
                ),
                ("worth", models.BigIntegerField()),
                ("fx_rate", models.DecimalField(decimal_places=10, max_digits=20)),
                ("fx_source", models.CharField(blank=True, default="", max_length=10)),
                ("gross", models.BigIntegerField()),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="PayoutPreference",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "schedule",
                    models.CharField(
                        choices=[
                            ("weekly", "Weekly"),
                            ("monthly", "Monthly"),
                            ("quarterly", "Quarterly"),
                            ("on_demand", "Only when I ask"),
                        ],
                        max_length=10,
                    ),
                ),
                ("minimum", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="payoutpolicy",
            name="payout_policy_amounts",
        ),
        migrations.AddField(
            model_name="payoutpolicy",
            name="review_above",
            field=models.BigIntegerField(
                default=0,
                help_text="Gross up to this is approved without a person, where nothing is to be noted.",
            ),
        ),
        migrations.AddField(
            model_name="payoutpolicy",
            name="schedules",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("weekly", "Weekly"),
                        ("monthly", "Monthly"),
                        ("quarterly", "Quarterly"),
                        ("on_demand", "Only when I ask"),
                    ],
                    max_length=10,
                ),
                default=["monthly"],
                help_text="What creators may choose. Who may not ask is paid on pay days alone.",
                size=None,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="payoutrequest",
            name="tax_per_mille",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="payoutpolicy",
            name="schedule",
            field=models.CharField(
                choices=[
                    ("weekly", "Weekly"),
                    ("monthly", "Monthly"),
                    ("quarterly", "Quarterly"),
                    ("on_demand", "Only when I ask"),
                ],
                help_text="Of creators who have chosen nothing.",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("daily_cap_usd__gt", 0),
                    ("fee_fixed__gte", 0),
                    ("minimum__gt", 0),
                    ("review_above__gte", 0),
                    ("second_approval_above__gte", models.F("review_above")),
                ),
                name="payout_policy_amounts",
            ),
        ),
        migrations.AddField(
            model_name="payday",
            name="creator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pay_days",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="payday",
            name="payout",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pay_day",
                to="payouts.payoutrequest",
            ),
        ),
        migrations.AddField(
            model_name="payoutline",
            name="payout",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="payouts.payoutrequest"
            ),
        ),
        migrations.AddField(
            model_name="payoutpreference",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payout_preferences",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="payday",
            constraint=models.UniqueConstraint(fields=("creator", "pay_date"), name="payout_pay_day_once"),
        ),
        migrations.AddConstraint(
            model_name="payday",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("payout__isnull", False), models.Q(("gates", []), _negated=True), _connector="OR"
                ),
                name="payout_pay_day_skipped_for_a_reason",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payday",
            trigger=pgtrigger.compiler.Trigger(
                name="payout_pay_day_written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="be2c0a2a8e3907eda213798bd2906cef7ee39267",
                    operation="UPDATE",
                    pgid="pgtrigger_payout_pay_day_written_once_41be4",
                    table="payouts_payday",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payday",
            trigger=pgtrigger.compiler.Trigger(
                name="payout_pay_day_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="b1ad9e64dd57f5479daf0e094b5bb28117b7e47b",
                    operation="DELETE",
                    pgid="pgtrigger_payout_pay_day_kept_5fbe4",
                    table="payouts_payday",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutline",
            constraint=models.UniqueConstraint(fields=("payout", "unit"), name="payout_line_once"),
        ),
        migrations.AddConstraint(
            model_name="payoutline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gt", 0),
                    ("fx_rate__gt", 0),
                    ("gross__gte", 0),
                    ("rate__gt", 0),
                    ("worth__gte", 0),
                ),
                name="payout_line_amounts",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payoutline",
            trigger=pgtrigger.compiler.Trigger(
                name="payout_line_written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="73a03e303e730bc3e90cad0da47ca0d60a4c5546",
                    operation="UPDATE",
                    pgid="pgtrigger_payout_line_written_once_38ce2",
                    table="payouts_payoutline",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payoutline",
            trigger=pgtrigger.compiler.Trigger(
                name="payout_line_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="253fce9eb70e89cf3a9323d22e7cba89958ff681",
                    operation="DELETE",
                    pgid="pgtrigger_payout_line_kept_7d0ae",
                    table="payouts_payoutline",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="payoutpreference",
            index=models.Index(fields=["owner", "-id"], name="payout_preference_newest"),
        ),
        migrations.AddConstraint(
            model_name="payoutpreference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("currency", ""), ("minimum__isnull", True)),
                    models.Q(("minimum__gt", 0), models.Q(("currency", ""), _negated=True)),
                    _connector="OR",
                ),
                name="payout_preference_minimum",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutpreference",
            constraint=models.CheckConstraint(
                condition=models.Q(("schedule__in", ["weekly", "monthly", "quarterly", "on_demand"])),
                name="payout_preference_schedule",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payoutpreference",
            trigger=pgtrigger.compiler.Trigger(
                name="payout_preference_written_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="307fdf2dc8f97612c3cca7105bbf879cf3314599",
                    operation="UPDATE",
                    pgid="pgtrigger_payout_preference_written_once_56f30",
                    table="payouts_payoutpreference",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payoutpreference",
            trigger=pgtrigger.compiler.Trigger(
                name="payout_preference_kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="f47ba57ee75fd776cb30ba012294eedc6c11bd59",
                    operation="DELETE",
                    pgid="pgtrigger_payout_preference_kept_7371e",
                    table="payouts_payoutpreference",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunPython(name_schedules, migrations.RunPython.noop),
        migrations.RunPython(copy_lines, migrations.RunPython.noop),
    ]
