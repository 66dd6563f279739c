from pathlib import Path

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django_countries.fields
import pgtrigger.compiler
import pgtrigger.migrations
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import wallets.models.fields
import wallets.models.gift_types
from ledger.tables import TablesMigration

SQL = Path(__file__).resolve().parent.parent / "sql"
DROP = "DROP FUNCTION wallets_send_gift, wallets_cap_reached, wallets_coins_given"


class Migration(TablesMigration):
    replaces = [
        ("wallets", "0001_initial"),
        ("wallets", "0003_gifts"),
        ("wallets", "0005_longer_purchase_key"),
        ("wallets", "0006_live_gifts"),
        ("wallets", "0007_coin_removals"),
        ("wallets", "0008_gift_rules"),
        ("wallets", "0009_promotions"),
        ("wallets", "0010_streams_and_overlays"),
        ("wallets", "0011_challenges"),
        ("wallets", "0012_disputes_and_refunds"),
        ("wallets", "0013_tips_and_gifters"),
        ("wallets", "0014_reward_notices"),
        ("wallets", "0015_gift_function"),
        ("wallets", "0016_promotion_kind"),
        ("wallets", "0017_claim_news"),
        ("wallets", "0018_recovery_of_creator"),
        ("wallets", "0019_gift_function"),
        ("wallets", "0020_told_by_notices"),
    ]

    initial = True

    dependencies = [
        ("ledger", "0002_first_rows"),
        ("portal", "0006_taken_mails"),
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
            name="Campaign",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        help_text="Its part of the address. It stays.", max_length=40, unique=True
                    ),
                ),
                ("title", models.CharField(max_length=80)),
                (
                    "words",
                    models.TextField(
                        help_text="What it is about, for viewers. Its rule, dates and reward are told beside it by themselves.",
                        max_length=2000,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("spend", "Coins spent on gifts"),
                            ("gifts", "Gifts sent"),
                            ("creators", "Creators who were sent a gift"),
                            ("check_ins", "Days checked in"),
                            ("row", "Days checked in, in a row"),
                            ("submissions", "Submissions accepted by a creator"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "target",
                    models.BigIntegerField(help_text="How many coins, gifts, creators, days or submissions."),
                ),
                (
                    "gift_slug",
                    models.SlugField(
                        blank=True,
                        default="",
                        help_text="Only gifts of this kind count.",
                        max_length=40,
                        verbose_name="gift",
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "countries",
                    django_countries.fields.CountryField(
                        blank=True,
                        help_text="Who may join; nobody chosen: everybody.",
                        max_length=746,
                        multiple=True,
                    ),
                ),
                ("reward", models.BigIntegerField(help_text="Coins each time the target is reached.")),
                (
                    "times",
                    models.PositiveSmallIntegerField(
                        default=1, help_text="How often one viewer can earn it."
                    ),
                ),
                (
                    "reward_days",
                    models.PositiveSmallIntegerField(help_text="Days until unspent reward coins expire."),
                ),
                ("budget", models.BigIntegerField(help_text="Coins for all rewards together.")),
                ("committed", models.BigIntegerField(default=0)),
                ("released", models.BigIntegerField(default=0)),
                ("reviewed", models.BooleanField(default=False, verbose_name="reviewed by staff")),
                (
                    "may_resubmit",
                    models.BooleanField(default=False, verbose_name="may send in again after a rejection"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("published", "Published"),
                            ("ended", "Ended"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "judges",
                    models.ManyToManyField(
                        blank=True, related_name="judged_campaigns", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="campaign_keeps_its_promise",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (NOT (OLD.\"state\" = 'draft'))",
                            func='RAISE EXCEPTION \'pgtrigger: Cannot update of "slug", "title", "words", "kind", "target", "gift_slug", "starts_at", "countries", "reward", "times", "reviewed", "reward_days", "may_resubmit" rows from % table\', TG_TABLE_NAME;',
                            hash="a9d93e0dad795624a6b76b82a6f33d7f44ba8a19",
                            operation='UPDATE OF "slug", "title", "words", "kind", "target", "gift_slug", "starts_at", "countries", "reward", "times", "reviewed", "reward_days", "may_resubmit"',
                            pgid="pgtrigger_campaign_keeps_its_promise_1d1ce",
                            table="wallets_campaign",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="campaign_budget_only_grows",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (NOT (OLD."state" = \'draft\') AND NEW."budget" < (OLD."budget"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="26b8958194d467a1b57847eba26e68f504b2f6ff",
                            operation="UPDATE",
                            pgid="pgtrigger_campaign_budget_only_grows_5224e",
                            table="wallets_campaign",
                            when="BEFORE",
                        ),
                    ),
                ],
                "permissions": [("publish_campaign", "Can fund, publish, prolong and cancel campaigns")],
                "indexes": [models.Index(fields=["state", "ends_at"], name="campaign_by_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("target__range", (1, 100000000))),
                        name="campaign_target",
                        violation_error_message="The target is at least 1.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reward__range", (1, 1000000))),
                        name="campaign_reward",
                        violation_error_message="A reward is 1 to 1,000,000 coins.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reward_days__range", (1, 3650)), ("times__range", (1, 1000))),
                        name="campaign_times_and_days",
                        violation_error_message="One viewer earns it 1 to 1,000 times; coins keep 1 to 3,650 days.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("budget__gte", models.F("reward")), ("budget__lte", 1000000000000)
                        ),
                        name="campaign_budget_pays_once",
                        violation_error_message="The budget pays for one reward at least.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "budget__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("committed"), "+", models.F("released")
                                ),
                            ),
                            ("committed__gte", 0),
                            ("released__gte", 0),
                        ),
                        name="campaign_budget_holds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="campaign_ends_after_its_start",
                        violation_error_message="It ends after it has begun.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "published", "ended", "cancelled"])),
                        name="campaign_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CoinPackage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "region",
                    models.CharField(
                        choices=[
                            ("US", "United States and everywhere else"),
                            ("EU", "Euro countries"),
                            ("GB", "United Kingdom"),
                            ("JP", "Japan"),
                            ("BR", "Brazil"),
                        ],
                        max_length=2,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("coins", models.BigIntegerField()),
                ("price", models.BigIntegerField(help_text="In the smallest part of the currency.")),
                ("available_from", models.DateTimeField()),
                ("available_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("coins__gt", 0)), name="coin_package_has_coins"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price__gt", 0)), name="coin_package_has_a_price"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("available_until__isnull", True),
                            ("available_until__gt", models.F("available_from")),
                            _connector="OR",
                        ),
                        name="coin_package_ends_after_its_start",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("available_until__isnull", True)),
                        fields=("region", "coins"),
                        name="coin_package_open_once",
                    ),
                    models.UniqueConstraint(
                        fields=("region", "coins", "available_from"), name="coin_package_starts_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CoinRemoval",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("credited_from", models.BigIntegerField()),
                ("credited_until", models.BigIntegerField()),
                ("spent_from", models.BigIntegerField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("dispute", "The payment was disputed"),
                            ("refund", "The payment was refunded"),
                            ("expiry", "The reward expired"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.entry"
                    ),
                ),
                (
                    "viewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="coin_removal_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="44d82de4d85fed18903528c1c47f559120c9a024",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_coin_removal_append_only_9dbd0",
                            table="wallets_coinremoval",
                            when="BEFORE",
                        ),
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("credited_from__gte", 0),
                            ("credited_until__gt", models.F("credited_from")),
                            ("spent_from__gte", 0),
                        ),
                        name="coin_removal_of_coins",
                    ),
                    models.UniqueConstraint(fields=("viewer", "credited_from"), name="coin_removal_once"),
                    models.UniqueConstraint(
                        fields=("viewer", "spent_from"), name="coin_removal_by_one_debit"
                    ),
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
            name="GiftType",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        help_text="Its name in addresses and in the API. It stays.", max_length=40
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("coins", models.BigIntegerField()),
                (
                    "picture",
                    models.SlugField(
                        default="gift", help_text="A symbol of static/img/gifts.svg.", max_length=40
                    ),
                ),
                ("available_from", models.DateTimeField()),
                ("available_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("coins__range", (1, 1000000))),
                        name="gift_type_price",
                        violation_error_message="A gift costs 1 to 1,000,000 coins.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("available_until__isnull", True),
                            ("available_until__gt", models.F("available_from")),
                            _connector="OR",
                        ),
                        name="gift_type_ends_after_its_start",
                        violation_error_message="A gift's sale ends after it began.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (wallets.models.gift_types.SlugRange("slug"), "&&"),
                            (models.Func("available_from", "available_until", function="tstzrange"), "&&"),
                        ],
                        name="gift_type_one_price_at_a_time",
                        violation_error_message="Another row of this gift is on sale at that time: end it first.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Joining",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("time_zone", models.CharField(max_length=64)),
                ("joined_at", models.DateTimeField()),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="joinings",
                        to="wallets.campaign",
                    ),
                ),
                (
                    "viewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="joinings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("viewer", "campaign"), name="joining_once")],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("key", models.CharField(max_length=120)),
                ("coins", models.BigIntegerField()),
                (
                    "evidence",
                    models.JSONField(default=dict, help_text="What the claim was based on when it was made."),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "In review"),
                            ("approved", "Paid"),
                            ("rejected", "Not approved"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("claimed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                ("cost", models.BigIntegerField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("expired_at", models.DateTimeField(null=True)),
                ("expired", models.BigIntegerField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
                (
                    "expiry_entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
                (
                    "joining",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="wallets.joining",
                    ),
                ),
            ],
            options={
                "verbose_name": "challenge claim",
                "permissions": [("review_claim", "Can approve and reject claims")],
                "indexes": [
                    models.Index(fields=["state", "id"], name="claim_by_state"),
                    models.Index(
                        condition=models.Q(("expired_at__isnull", True), ("state", "approved")),
                        fields=["expires_at"],
                        name="claim_to_expire",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("joining", "number"), name="claim_once"),
                    models.UniqueConstraint(fields=("joining", "key"), name="claim_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("cost__isnull", False),
                                ("decided_at__isnull", False),
                                ("entry__isnull", False),
                                ("expires_at__isnull", False),
                                ("state", "approved"),
                            ),
                            models.Q(
                                ("decided_at__isnull", True), ("entry__isnull", True), ("state", "waiting")
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("entry__isnull", True),
                                ("state", "rejected"),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="claim_paid_with_entry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("expired__isnull", True),
                                ("expired_at__isnull", True),
                                ("expiry_entry__isnull", True),
                            ),
                            models.Q(
                                ("expired", 0), ("expired_at__isnull", False), ("expiry_entry__isnull", True)
                            ),
                            models.Q(
                                ("expired__range", (1, models.F("coins"))),
                                ("expired_at__isnull", False),
                                ("expiry_entry__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="claim_expired_with_entry",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckIn",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("date", models.DateField()),
                ("at", models.DateTimeField()),
                (
                    "joining",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_ins",
                        to="wallets.joining",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="check_in_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="f743eae906febdb8766c2a9d8b4efa8822559973",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_check_in_stays_e2d01",
                            table="wallets_checkin",
                            when="BEFORE",
                        ),
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("joining", "date"), name="check_in_once_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="Overlay",
            fields=[
                (
                    "creator",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="overlay",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("shows_alerts", models.BooleanField(default=True, verbose_name="Announce gifts")),
                ("shows_goal", models.BooleanField(default=True, verbose_name="Show the goal")),
                (
                    "shows_leaderboard",
                    models.BooleanField(default=False, verbose_name="Show the top gifters"),
                ),
                (
                    "smallest_gift",
                    models.PositiveIntegerField(
                        default=1,
                        help_text="In coins, for a whole run of the same gift.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="Announce gifts from",
                    ),
                ),
                (
                    "seconds",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="2 to 20.",
                        validators=[
                            django.core.validators.MinValueValidator(2),
                            django.core.validators.MaxValueValidator(20),
                        ],
                        verbose_name="Seconds for each",
                    ),
                ),
                (
                    "position",
                    models.CharField(
                        choices=[
                            ("top-left", "Top left"),
                            ("top", "Top"),
                            ("top-right", "Top right"),
                            ("bottom-left", "Bottom left"),
                            ("bottom", "Bottom"),
                            ("bottom-right", "Bottom right"),
                        ],
                        default="top",
                        max_length=12,
                        verbose_name="Where announcements appear",
                    ),
                ),
                ("sound", models.BooleanField(default=False, verbose_name="Play a sound")),
                ("renewed_at", models.DateTimeField(null=True)),
                ("saved_at", models.DateTimeField()),
                ("tested_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("digest", ""), _negated=True),
                        fields=("digest",),
                        name="overlay_digest_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("seconds__range", (2, 20)), ("smallest_gift__range", (1, 1000000))
                        ),
                        name="overlay_settings",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "position__in",
                                ["top-left", "top", "top-right", "bottom-left", "bottom", "bottom-right"],
                            )
                        ),
                        name="overlay_position_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Promotion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(help_text="As buyers read it.", max_length=60)),
                (
                    "percent_off",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(90),
                        ],
                    ),
                ),
                (
                    "bonus_coins",
                    models.PositiveIntegerField(
                        blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)]
                    ),
                ),
                (
                    "region",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("US", "United States and everywhere else"),
                            ("EU", "Euro countries"),
                            ("GB", "United Kingdom"),
                            ("JP", "Japan"),
                            ("BR", "Brazil"),
                        ],
                        default="",
                        help_text="Empty: every list.",
                        max_length=2,
                        verbose_name="price list",
                    ),
                ),
                (
                    "package_coins",
                    models.BigIntegerField(
                        blank=True,
                        help_text="The size of the package in coins. Empty: every size.",
                        null=True,
                        verbose_name="package",
                    ),
                ),
                (
                    "first_purchase_only",
                    models.BooleanField(
                        default=False, help_text="Only for those who have never bought coins."
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="from")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "stock",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="How many purchases may have it. Empty: as many as come.",
                        null=True,
                    ),
                ),
                ("taken", models.PositiveIntegerField(default=0, editable=False)),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="ended early")),
                ("announced_at", models.DateTimeField(editable=False)),
                (
                    "announced_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="promotion_terms_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."percent_off" IS DISTINCT FROM (NEW."percent_off") OR OLD."bonus_coins" IS DISTINCT FROM (NEW."bonus_coins") OR OLD."region" IS DISTINCT FROM (NEW."region") OR OLD."package_coins" IS DISTINCT FROM (NEW."package_coins") OR OLD."first_purchase_only" IS DISTINCT FROM (NEW."first_purchase_only") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."stock" IS DISTINCT FROM (NEW."stock") OR OLD."announced_at" IS DISTINCT FROM (NEW."announced_at") OR OLD."announced_by_id" IS DISTINCT FROM (NEW."announced_by_id"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="7faf72bdc2b7e158efac804ab79d52f2521946ef",
                            operation="UPDATE",
                            pgid="pgtrigger_promotion_terms_kept_c39ed",
                            table="wallets_promotion",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="promotion_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="ea2873c946e46941b2644f61ac4ce96fa8d180b3",
                            operation="DELETE",
                            pgid="pgtrigger_promotion_kept_95fdd",
                            table="wallets_promotion",
                            when="BEFORE",
                        ),
                    ),
                ],
                "indexes": [models.Index(fields=["starts_at"], name="promotion_by_start")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("bonus_coins__isnull", True),
                                ("percent_off__isnull", False),
                                ("percent_off__range", (1, 90)),
                            ),
                            models.Q(
                                ("bonus_coins__gt", 0),
                                ("bonus_coins__isnull", False),
                                ("percent_off__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="promotion_of_one_kind",
                        violation_error_message="Give either a percentage or bonus coins.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__isnull", True), ("ends_at__gt", models.F("starts_at")), _connector="OR"
                        ),
                        name="promotion_ends_after_its_start",
                        violation_error_message="It must end after its start.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stock__isnull", True), ("taken__lte", models.F("stock")), _connector="OR"
                        ),
                        name="promotion_never_oversold",
                    ),
                    models.UniqueConstraint(
                        fields=("name", "region", "package_coins", "starts_at"),
                        name="promotion_announced_once",
                        nulls_distinct=False,
                        violation_error_message="It has been announced already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CoinPurchase",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("holds_stock", models.BooleanField(default=False)),
                ("coins", models.BigIntegerField()),
                ("bonus_coins", models.BigIntegerField(default=0)),
                ("price", models.BigIntegerField()),
                ("list_price", models.BigIntegerField(null=True)),
                ("currency", models.CharField(max_length=3)),
                ("provider", models.CharField(max_length=20)),
                ("provider_reference", models.CharField(blank=True, default="", max_length=255)),
                (
                    "payment_reference",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The provider's name for the payment itself.",
                        max_length=255,
                    ),
                ),
                (
                    "charge_reference",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Its name for the charge, which disputes may go by.",
                        max_length=255,
                    ),
                ),
                ("checkout_url", models.URLField(blank=True, default="", max_length=2000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("pending", "Waiting for payment"),
                            ("paid", "Paid"),
                            ("failed", "Failed"),
                            ("expired", "Expired"),
                        ],
                        default="created",
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, default="", help_text="Why it failed.", max_length=200),
                ),
                ("key", models.CharField(max_length=120)),
                ("created_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                (
                    "asked_at",
                    models.DateTimeField(help_text="When we last asked the provider about it.", null=True),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchases",
                        to="wallets.coinpackage",
                    ),
                ),
                (
                    "viewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="coin_purchases",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "promotion",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchases",
                        to="wallets.promotion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["viewer", "-id"], name="coin_purchase_of_viewer"),
                    models.Index(
                        condition=models.Q(("state__in", ["created", "pending"])),
                        fields=["asked_at", "created_at"],
                        name="coin_purchase_undecided",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("viewer", "key"), name="coin_purchase_key_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("provider_reference", ""), _negated=True),
                        fields=("provider", "provider_reference"),
                        name="coin_purchase_reference_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("payment_reference", ""), _negated=True),
                        fields=("provider", "payment_reference"),
                        name="coin_purchase_payment_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("charge_reference", ""), _negated=True),
                        fields=("provider", "charge_reference"),
                        name="coin_purchase_charge_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("coins__gt", 0), ("price__gt", 0)),
                        name="coin_purchase_is_worth_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("bonus_coins__gte", 0),
                            ("coins__gt", models.F("bonus_coins")),
                            models.Q(
                                ("list_price__isnull", True),
                                models.Q(("list_price__gt", models.F("price")), ("promotion__isnull", False)),
                                _connector="OR",
                            ),
                        ),
                        name="coin_purchase_reduced",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("holds_stock", False), ("promotion__isnull", False), _connector="OR"
                        ),
                        name="coin_purchase_stock_of_promotion",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", False), ("entry__isnull", False), ("state", "paid")
                            ),
                            models.Q(models.Q(("state", "paid"), _negated=True), ("entry__isnull", True)),
                            _connector="OR",
                        ),
                        name="coin_purchase_paid_with_entry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["created", "pending", "paid", "failed", "expired"])
                        ),
                        name="coin_purchase_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CoinRefund",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("viewer", "Asked for by the viewer"),
                            ("provider", "Started at the provider"),
                        ],
                        default="viewer",
                        max_length=10,
                    ),
                ),
                ("coins", models.BigIntegerField()),
                ("amount", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Waiting for a decision"),
                            ("approved", "Approved"),
                            ("sending", "On its way"),
                            ("succeeded", "Refunded"),
                            ("failed", "Failed"),
                            ("rejected", "Not approved"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                ("key", models.CharField(blank=True, default="", max_length=120)),
                ("provider_reference", models.CharField(blank=True, default="", max_length=255)),
                ("requested_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "asked_at",
                    models.DateTimeField(help_text="When we last asked the provider about it.", null=True),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
                (
                    "purchase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="wallets.coinpurchase",
                    ),
                ),
            ],
            options={
                "permissions": [("decide_coinrefund", "Can approve and reject refunds of coins")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["approved", "sending"])),
                        fields=["sent_at"],
                        name="coin_refund_to_do",
                    ),
                    models.Index(
                        condition=models.Q(("state", "requested")),
                        fields=["requested_at"],
                        name="coin_refund_to_decide",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True),
                        fields=("purchase", "key"),
                        name="coin_refund_key_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("provider_reference", ""), _negated=True),
                        fields=("purchase", "provider_reference"),
                        name="coin_refund_reference_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("origin", "viewer"), ("state__in", ("requested", "approved", "sending"))
                        ),
                        fields=("purchase",),
                        name="coin_refund_one_under_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("coins__gt", 0)), name="coin_refund_amounts"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["requested", "approved", "sending", "succeeded", "failed", "rejected"],
                            )
                        ),
                        name="coin_refund_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("provider_reference", models.CharField(max_length=255)),
                ("amount", models.BigIntegerField()),
                ("coins", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("inquiry", "Inquiry"), ("open", "Open"), ("lost", "Lost"), ("won", "Won")],
                        max_length=10,
                    ),
                ),
                ("withdrawn", models.BooleanField(default=False)),
                (
                    "reason",
                    models.CharField(
                        blank=True, default="", help_text="The bank's word for it.", max_length=200
                    ),
                ),
                (
                    "due_at",
                    models.DateTimeField(help_text="Until when the provider takes evidence.", null=True),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "asked_at",
                    models.DateTimeField(help_text="When we last asked the provider about it.", null=True),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
                (
                    "purchase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="wallets.coinpurchase",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["inquiry", "open"])),
                        fields=["asked_at"],
                        name="dispute_undecided",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("purchase", "provider_reference"), name="dispute_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gt", 0),
                            ("coins__gt", 0),
                            models.Q(("provider_reference", ""), _negated=True),
                        ),
                        name="dispute_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["inquiry", "open", "lost", "won"])),
                        name="dispute_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Freeze",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[("dispute", "A disputed payment"), ("staff", "A decision of staff")],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("placed_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_because", models.CharField(blank=True, default="", max_length=500)),
                (
                    "dispute",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="freeze",
                        to="wallets.dispute",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "viewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="freezes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "permissions": [("freeze_wallet", "Can freeze and thaw wallets")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=["viewer"],
                        name="freeze_in_force",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cause", "dispute"), ("dispute__isnull", False)),
                            models.Q(
                                ("cause", "staff"), ("dispute__isnull", True), ("placed_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="freeze_has_its_cause",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Loss",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("amount", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "purchase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="losses",
                        to="wallets.coinpurchase",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="loss_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="6d0d8936bb338bac05ee63515710e6a4d37c5c1c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_loss_append_only_9c472",
                            table="wallets_loss",
                            when="BEFORE",
                        ),
                    ),
                ],
                "verbose_name_plural": "losses",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount", 0), _negated=True), name="loss_of_something"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProviderEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("provider", models.CharField(max_length=20)),
                ("event_id", models.CharField(max_length=255)),
                ("kind", models.CharField(max_length=20)),
                ("payment_reference", models.CharField(blank=True, default="", max_length=255)),
                ("charge_reference", models.CharField(blank=True, default="", max_length=255)),
                ("raw", models.TextField(help_text="The body as received.")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("applied", "Applied"),
                            ("ignored", "Nothing to do"),
                            ("parked", "Parked for staff"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("received_at", models.DateTimeField()),
                (
                    "purchase",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="wallets.coinpurchase",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["outcome", "-id"], name="provider_event_by_outcome")],
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "event_id"), name="provider_event_once"),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["applied", "ignored", "parked"])),
                        name="provider_event_outcome_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RewardNotice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("expiring", "Coins will expire"), ("expired", "Coins have expired")],
                        max_length=10,
                    ),
                ),
                ("coins", models.BigIntegerField(help_text="Unspent when it was written.")),
                ("at", models.DateTimeField()),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="wallets.claim",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("claim", "kind"), name="reward_notice_once")],
            },
        ),
        migrations.CreateModel(
            name="Stream",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=80)),
                ("goal", models.BigIntegerField(null=True)),
                (
                    "goal_unit",
                    models.CharField(
                        blank=True,
                        choices=[("DIAMOND", "Diamonds"), ("COIN", "Coins")],
                        default="",
                        max_length=8,
                    ),
                ),
                ("goal_words", models.CharField(blank=True, default="", max_length=80)),
                ("key", models.CharField(max_length=120)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("peak_viewers", models.PositiveIntegerField(db_default=0, default=0)),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="streams",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["creator", "-id"], name="stream_of_creator")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("creator",),
                        name="stream_one_open",
                    ),
                    models.UniqueConstraint(fields=("creator", "key"), name="stream_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            ("ended_at__gte", models.F("started_at")),
                            _connector="OR",
                        ),
                        name="stream_ends_after_its_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("goal__isnull", True), ("goal_unit", "")),
                            models.Q(
                                ("goal__isnull", False),
                                ("goal__range", (1, 1000000000)),
                                ("goal_unit", "COIN"),
                            ),
                            models.Q(
                                ("goal__isnull", False),
                                ("goal__range", (1, 100000000000)),
                                ("goal_unit", "DIAMOND"),
                            ),
                            _connector="OR",
                        ),
                        name="stream_goal",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Gift",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("quantity", models.PositiveSmallIntegerField()),
                ("coins", models.BigIntegerField()),
                ("diamonds", models.BigIntegerField()),
                ("rate", models.DecimalField(decimal_places=10, max_digits=20)),
                ("message", models.CharField(blank=True, max_length=140)),
                ("anonymous", models.BooleanField(db_default=False, default=False)),
                ("streak_id", models.UUIDField(null=True)),
                ("sent_at", models.DateTimeField()),
                ("written_in", wallets.models.fields.TransactionIdField()),
                (
                    "creator",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "viewer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "gift_type",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="wallets.gifttype",
                    ),
                ),
                (
                    "stream",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="wallets.stream",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="gift_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="84f1b258c18e0b01005749f71726de9ba15222fa",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_gift_append_only_78042",
                            table="wallets_gift",
                            when="BEFORE",
                        ),
                    ),
                ],
                "indexes": [models.Index(fields=["creator", "sent_at"], name="wallets_gift_of_creator")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("coins__gt", 0), ("diamonds__gte", 0), ("quantity__range", (1, 999))
                        ),
                        name="gift_amounts",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GiftReversal",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("undo", "Undone by the viewer"),
                            ("dispute", "Its coins were disputed"),
                            ("refund", "Its coins were refunded"),
                        ],
                        max_length=10,
                    ),
                ),
                ("coins", models.BigIntegerField()),
                ("diamonds", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("written_in", wallets.models.fields.TransactionIdField()),
                (
                    "creator",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "gift",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="reversals",
                        to="wallets.gift",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="gift_reversal_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="669973c03f7487ae48f391cfd06a46da70aad1cb",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_gift_reversal_append_only_e4611",
                            table="wallets_giftreversal",
                            when="BEFORE",
                        ),
                    ),
                ],
                "indexes": [models.Index(fields=["creator", "at"], name="gift_reversal_of_creator")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("coins__gte", 0),
                            models.Q(
                                ("diamonds__gte", 0),
                                models.Q(("cause", "undo"), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        name="gift_reversal_amounts",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("cause", "undo")), fields=("gift",), name="gift_undone_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Recovery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("coins", models.BigIntegerField()),
                ("recovered", models.BigIntegerField()),
                ("diamonds", models.BigIntegerField(default=0)),
                ("at", models.DateTimeField()),
                ("put_back_at", models.DateTimeField(null=True)),
                (
                    "creator",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
                (
                    "gift",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="recoveries",
                        to="wallets.gift",
                    ),
                ),
                (
                    "purchase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recoveries",
                        to="wallets.coinpurchase",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "recoveries",
                "indexes": [
                    models.Index(
                        condition=models.Q(("creator__isnull", False)),
                        fields=["creator", "at"],
                        name="recovery_of_creator",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("purchase", "number"), name="recovery_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("coins__gt", 0),
                            ("diamonds__gte", 0),
                            ("recovered__gte", 0),
                            ("recovered__lte", models.F("coins")),
                        ),
                        name="recovery_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("creator__isnull", True), ("entry__isnull", False), ("gift__isnull", True)
                            ),
                            models.Q(("creator__isnull", False), ("gift__isnull", False)),
                            _connector="OR",
                        ),
                        name="recovery_of_coins_or_gift",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StreamAudience",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "stream_id", "process", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("process", models.UUIDField()),
                ("viewers", models.PositiveIntegerField()),
                ("seen_at", models.DateTimeField()),
                (
                    "stream",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="audience",
                        to="wallets.stream",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("text", models.TextField(blank=True, default="", max_length=1000)),
                ("link", models.URLField(blank=True, default="", max_length=500)),
                ("key", models.CharField(max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting to be judged"),
                            ("accepted", "Accepted"),
                            ("rejected", "Not accepted"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("submitted_at", models.DateTimeField()),
                ("judged_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                (
                    "joining",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="wallets.joining",
                    ),
                ),
                (
                    "judged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("joining", "key"), name="submission_key_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("joining",),
                        name="submission_one_waiting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True),
                            models.Q(("link", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="submission_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("judged_at__isnull", True), ("state", "waiting")),
                            models.Q(("judged_at__isnull", False), ("state", "accepted")),
                            models.Q(
                                ("judged_at__isnull", False),
                                ("state", "rejected"),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="submission_judged_with_a_reason",
                    ),
                ],
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
        migrations.RunSQL([(SQL / f"{name}.sql").read_text() for name in ("cap_reached", "send_gift")], DROP),
    ]
