from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payouts", "0011_lines_and_pay_days")]

    operations = [
        migrations.RemoveConstraint(
            model_name="payoutrequest",
            name="payout_amounts",
        ),
        migrations.RemoveField(
            model_name="payoutrequest",
            name="diamond_rate",
        ),
        migrations.RemoveField(
            model_name="payoutrequest",
            name="diamonds",
        ),
        migrations.RemoveField(
            model_name="payoutrequest",
            name="fx_rate",
        ),
        migrations.RemoveField(
            model_name="payoutrequest",
            name="fx_source",
        ),
        migrations.AddConstraint(
            model_name="payoutpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("schedules__contains", [models.F("schedule")]),
                    ("schedules__contained_by", ["weekly", "monthly", "quarterly", "on_demand"]),
                ),
                name="payout_policy_schedules",
                violation_error_message="The schedule is one of those that creators may choose.",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("gross__gt", 0),
                    ("gross_usd__gt", 0),
                    ("net__gt", 0),
                    ("fee__gte", 0),
                    ("fx_fee__gte", 0),
                    ("tax__gte", 0),
                ),
                name="payout_amounts",
            ),
        ),
    ]
