import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django_countries.fields
import pgtrigger.compiler
import pgtrigger.migrations
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import ledger.encryption
from ledger.tables import TablesMigration


class Migration(TablesMigration):
    initial = True

    dependencies = [
        ("ledger", "0001_begin"),
        ("portal", "0005_sightings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AffiliateSalt",
            fields=[
                ("date", models.DateField(primary_key=True, serialize=False)),
                ("value", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="InvoiceSeries",
            fields=[
                (
                    "creator",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("prefix", models.CharField(max_length=12)),
                ("last", models.PositiveIntegerField(default=0)),
                ("seller_name", models.CharField(blank=True, default="", max_length=140)),
                ("seller_address", ledger.encryption.EncryptedTextField(blank=True, default="")),
                ("tax_number", ledger.encryption.EncryptedTextField(blank=True, default="")),
                ("payment_details", ledger.encryption.EncryptedTextField(blank=True, default="")),
                ("payment_days", models.PositiveSmallIntegerField(default=30)),
                ("tax_percent", models.DecimalField(decimal_places=2, default=0, max_digits=5)),
                ("footer", models.CharField(blank=True, default="", max_length=300)),
            ],
            options={
                "verbose_name_plural": "invoice series",
            },
        ),
        migrations.CreateModel(
            name="Programme",
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
                        choices=[("creator_fund", "Creator fund"), ("ad_revenue", "Ad revenue")],
                        max_length=12,
                    ),
                ),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=80)),
                (
                    "description",
                    models.CharField(help_text="What it pays for, as creators read it.", max_length=400),
                ),
                ("currency", models.CharField(help_text="ISO 4217; it never changes.", max_length=3)),
                (
                    "reviews_applications",
                    models.BooleanField(
                        default=False,
                        help_text="Whether staff look at those who meet the criteria before they take part.",
                    ),
                ),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("name",),
                "permissions": [
                    ("manage_programmes", "Can add programmes and announce their terms"),
                    ("import_metrics", "Can bring metrics of programmes, by file or API"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AffiliateProgramme",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="merchant")),
                (
                    "about",
                    models.CharField(help_text="What the merchant sells, in one sentence.", max_length=300),
                ),
                ("terms", models.TextField(help_text="Creators accept these when they join.")),
                ("landing_url", models.URLField(max_length=500)),
                (
                    "hosts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=253),
                        help_text="Where links may lead, such as shop.example",
                        size=None,
                    ),
                ),
                ("click_parameter", models.SlugField(default="click_id", max_length=40)),
                ("currency", models.CharField(max_length=3)),
                (
                    "window_days",
                    models.PositiveSmallIntegerField(
                        default=30, help_text="Until when after a click an order counts as its creator's."
                    ),
                ),
                (
                    "hold_days",
                    models.PositiveSmallIntegerField(
                        default=30, help_text="How long after the order its commission becomes payable."
                    ),
                ),
                (
                    "approves_itself",
                    models.BooleanField(
                        default=True,
                        help_text="Approve what raised no signal when its hold ends. Otherwise staff approve.",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "Active"), ("paused", "Paused"), ("ended", "Ended")],
                        default="active",
                        max_length=6,
                    ),
                ),
                ("secret", ledger.encryption.EncryptedTextField(editable=False)),
                (
                    "previous_secret",
                    ledger.encryption.EncryptedTextField(blank=True, default="", editable=False),
                ),
                ("previous_until", models.DateTimeField(editable=False, null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "affiliate programme",
                "ordering": ("name",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("window_days__range", (1, 365))), name="affiliate_window"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hold_days__range", (0, 365))), name="affiliate_hold"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="affiliate_currency"
                    ),
                    models.CheckConstraint(condition=models.Q(("hosts__len__gt", 0)), name="affiliate_hosts"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AffiliateLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=16, unique=True)),
                ("target_url", models.URLField(max_length=1000)),
                ("label", models.CharField(blank=True, default="", max_length=80)),
                ("created_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="affiliate_links",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="partnerships.affiliateprogramme",
                    ),
                ),
            ],
            options={
                "verbose_name": "affiliate link",
                "ordering": ("-id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[a-zA-Z0-9]{6,16}$")), name="affiliate_link_code"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AffiliateClick",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("country", models.CharField(blank=True, default="", max_length=2)),
                ("referrer_host", models.CharField(blank=True, default="", max_length=253)),
                ("ip_hash", models.CharField(blank=True, default="", max_length=32)),
                ("device_hash", models.CharField(blank=True, default="", max_length=32)),
                ("browser", models.CharField(blank=True, default="", max_length=64)),
                (
                    "dropped",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("bot", "A program"),
                            ("prefetch", "Looked ahead"),
                            ("repeat", "Again within half an hour"),
                            ("own", "The creator's own"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clicks",
                        to="partnerships.affiliatelink",
                    ),
                ),
            ],
            options={
                "verbose_name": "affiliate click",
                "ordering": ("-id",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("dropped", "")),
                        fields=["link", "at"],
                        name="affiliate_click_counted",
                    ),
                    models.Index(fields=["link", "ip_hash", "at"], name="affiliate_click_again"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AffiliatePostback",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("event_id", models.CharField(max_length=100)),
                ("type", models.CharField(blank=True, default="", max_length=40)),
                ("order_id", models.CharField(blank=True, default="", max_length=100)),
                ("body", ledger.encryption.EncryptedTextField()),
                ("received_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("applied", "Applied"),
                            ("repeated", "Repeated"),
                            ("unattributed", "Unattributed"),
                            ("parked", "Parked"),
                            ("refused", "Refused"),
                        ],
                        default="received",
                        max_length=12,
                    ),
                ),
                ("code", models.CharField(blank=True, default="", max_length=40)),
                ("detail", models.CharField(blank=True, default="", max_length=300)),
                ("handled_at", models.DateTimeField(null=True)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postbacks",
                        to="partnerships.affiliateprogramme",
                    ),
                ),
            ],
            options={
                "verbose_name": "affiliate postback",
                "ordering": ("-id",),
                "permissions": [("replay_affiliatepostback", "Can handle postbacks anew")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("outcome", "parked")),
                        fields=["programme", "order_id"],
                        name="affiliate_parked",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "event_id"), name="affiliate_postback_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="AffiliateMembership",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("terms", models.TextField()),
                ("joined_at", models.DateTimeField()),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="affiliate_memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="partnerships.affiliateprogramme",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "creator"), name="affiliate_membership_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="AffiliateCoupon",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(help_text="As buyers type it; kept in capitals.", max_length=40)),
                ("from_at", models.DateTimeField(verbose_name="from")),
                ("until_at", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="affiliate_coupons",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="coupons",
                        to="partnerships.affiliateprogramme",
                    ),
                ),
            ],
            options={
                "verbose_name": "coupon code",
                "ordering": ("-id",),
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "code"), name="affiliate_coupon_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_at__isnull", True), ("until_at__gt", models.F("from_at")), _connector="OR"
                        ),
                        name="affiliate_coupon_span",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[A-Z0-9_-]+$")), name="affiliate_coupon_code"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AffiliateRate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("effective_at", models.DateTimeField()),
                ("announced_at", models.DateTimeField()),
                ("reason", models.CharField(max_length=300)),
                (
                    "announced_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rates",
                        to="partnerships.affiliateprogramme",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="rate_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="3337ea1a0f9addf2527ed84446aa8163f1b2d53d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_rate_append_only_c3f26",
                            table="partnerships_affiliaterate",
                            when="BEFORE",
                        ),
                    ),
                ],
                "verbose_name": "affiliate rate",
                "ordering": ("programme", "-effective_at"),
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "effective_at"), name="affiliate_rate_once"),
                    models.CheckConstraint(
                        condition=models.Q(("effective_at__gte", models.F("announced_at"))),
                        name="affiliate_rate_ahead",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AffiliateConversion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("order_id", models.CharField(max_length=100)),
                ("amount", models.BigIntegerField()),
                ("refunded", models.BigIntegerField(default=0)),
                ("currency", models.CharField(max_length=3)),
                ("items", models.JSONField(default=list)),
                ("reckoning", models.JSONField()),
                ("commission", models.BigIntegerField()),
                ("reversed", models.BigIntegerField(default=0)),
                ("buyer", models.CharField(blank=True, default="", max_length=64)),
                ("address", models.CharField(blank=True, default="", max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "Held"),
                            ("approved", "Approved"),
                            ("payable", "Payable"),
                            ("rejected", "Rejected"),
                            ("reversed", "Reversed"),
                        ],
                        default="held",
                        max_length=8,
                    ),
                ),
                ("needs_review", models.BooleanField(default=False)),
                ("converted_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("payable_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                ("credited_at", models.DateTimeField(null=True)),
                (
                    "click",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnerships.affiliateclick",
                    ),
                ),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="affiliate_conversions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                    "coupon",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conversions",
                        to="partnerships.affiliatecoupon",
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conversions",
                        to="partnerships.affiliatelink",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conversions",
                        to="partnerships.affiliateprogramme",
                    ),
                ),
                (
                    "rate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnerships.affiliaterate",
                    ),
                ),
            ],
            options={
                "verbose_name": "affiliate conversion",
                "ordering": ("-converted_at", "-id"),
                "permissions": [
                    ("decide_affiliateconversion", "Can approve and reject affiliate conversions")
                ],
                "indexes": [
                    models.Index(fields=["creator", "converted_at"], name="affiliate_by_creator"),
                    models.Index(
                        condition=models.Q(("state__in", ["held", "approved"])),
                        fields=["payable_at"],
                        name="affiliate_due",
                    ),
                    models.Index(
                        condition=models.Q(("buyer", ""), _negated=True),
                        fields=["buyer"],
                        name="affiliate_by_buyer",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "order_id"), name="affiliate_order_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gte", 0), ("refunded__gte", 0), ("refunded__lte", models.F("amount"))
                        ),
                        name="affiliate_refunded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("commission__gte", 0),
                            ("reversed__gte", 0),
                            ("reversed__lte", models.F("commission")),
                        ),
                        name="affiliate_reversed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["payable", "reversed"]),
                            ("credited_at__isnull", True),
                            _connector="OR",
                        ),
                        name="affiliate_credited",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "payable"), _negated=True),
                            ("credited_at__isnull", False),
                            _connector="OR",
                        ),
                        name="affiliate_payable",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AffiliateRateLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("product", models.CharField(blank=True, default="", max_length=80)),
                ("from_sales", models.BigIntegerField(default=0)),
                ("basis_points", models.PositiveIntegerField(blank=True, null=True)),
                ("fixed", models.BigIntegerField(blank=True, null=True)),
                (
                    "rate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="partnerships.affiliaterate",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="line_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="ff8bfb5a85eb0e40ba0d9a9ea4e41c1d8aff0e0e",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_line_append_only_6720c",
                            table="partnerships_affiliaterateline",
                            when="BEFORE",
                        ),
                    ),
                ],
                "ordering": ("product", "from_sales"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("rate", "product", "from_sales"), name="affiliate_line_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("basis_points__range", (1, 10000)), ("fixed__isnull", True)),
                            models.Q(("basis_points__isnull", True), ("fixed__gt", 0)),
                            _connector="OR",
                        ),
                        name="affiliate_line_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_sales__gte", 0)), name="affiliate_line_from"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AffiliateReversal",
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
                        choices=[
                            ("refund", "Refunded"),
                            ("cancellation", "Cancelled"),
                            ("rejection", "Rejected"),
                        ],
                        max_length=12,
                    ),
                ),
                ("refunded", models.BigIntegerField(default=0)),
                ("commission", models.BigIntegerField()),
                ("owed", models.BigIntegerField(default=0)),
                ("at", models.DateTimeField()),
                (
                    "conversion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="partnerships.affiliateconversion",
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
                    "postback",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversal",
                        to="partnerships.affiliatepostback",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="reversal_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="10d67599749bce5b61d23611694dff8469aed3c9",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_reversal_append_only_0de3f",
                            table="partnerships_affiliatereversal",
                            when="BEFORE",
                        ),
                    ),
                ],
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("commission__gte", 0),
                            ("owed__gte", 0),
                            ("owed__lte", models.F("commission")),
                            ("refunded__gte", 0),
                        ),
                        name="affiliate_reversal_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("commission", 0), ("entry__isnull", True)),
                            models.Q(("commission__gt", 0), ("entry__isnull", False)),
                            _connector="OR",
                        ),
                        name="affiliate_reversal_booked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AffiliateSignal",
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
                        choices=[
                            ("self_referral", "Buyer is the creator"),
                            ("ring", "Same buyer on many links"),
                            ("velocity", "Many orders at once"),
                        ],
                        max_length=16,
                    ),
                ),
                ("evidence", models.CharField(max_length=300)),
                (
                    "conversion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signals",
                        to="partnerships.affiliateconversion",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(fields=("conversion", "kind"), name="affiliate_signal_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Brand",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("website", models.URLField(blank=True, default="")),
                ("country", django_countries.fields.CountryField(blank=True, default="", max_length=2)),
                ("tax_number", models.CharField(blank=True, default="", max_length=40)),
                ("billing_address", models.TextField(blank=True, default="", max_length=500)),
                ("note", models.TextField(blank=True, default="", max_length=2000)),
                ("made_at", models.DateTimeField()),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="brands",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("creator"),
                        django.db.models.functions.text.Lower("name"),
                        name="brand_named_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BrandDeal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=140)),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("lead", "Lead"),
                            ("negotiating", "Negotiating"),
                            ("contracted", "Contracted"),
                            ("in_progress", "In progress"),
                            ("delivered", "Delivered"),
                            ("invoiced", "Invoiced"),
                            ("paid", "Paid"),
                            ("lost", "Lost"),
                        ],
                        default="lead",
                        max_length=12,
                    ),
                ),
                ("value", models.BigIntegerField(default=0)),
                ("currency", models.CharField(max_length=3)),
                ("category", models.CharField(blank=True, default="", max_length=60)),
                ("start_date", models.DateField(blank=True, null=True)),
                ("end_date", models.DateField(blank=True, null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("inbound", "The brand asked"),
                            ("outreach", "I asked"),
                            ("agency", "Agency or manager"),
                            ("marketplace", "Marketplace"),
                            ("repeat", "Again, after an earlier deal"),
                            ("other", "Something else"),
                        ],
                        default="inbound",
                        max_length=12,
                    ),
                ),
                ("notes", models.TextField(blank=True, default="", max_length=5000)),
                ("version", models.PositiveIntegerField(default=1)),
                ("made_at", models.DateTimeField()),
                ("moved_at", models.DateTimeField()),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deals",
                        to="partnerships.brand",
                    ),
                ),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="brand_deals",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["creator", "stage", "-moved_at"], name="deal_board")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("value__gte", 0)), name="deal_value"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "stage__in",
                                [
                                    "lead",
                                    "negotiating",
                                    "contracted",
                                    "in_progress",
                                    "delivered",
                                    "invoiced",
                                    "paid",
                                    "lost",
                                ],
                            )
                        ),
                        name="deal_stage",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("start_date__isnull", True),
                            ("end_date__isnull", True),
                            ("end_date__gte", models.F("start_date")),
                            _connector="OR",
                        ),
                        name="deal_ends_after_its_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("role", models.CharField(blank=True, default="", max_length=80)),
                ("email", models.EmailField(blank=True, default="", max_length=254)),
                ("phone", models.CharField(blank=True, default="", max_length=40)),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="partnerships.brand",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DealEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("what", models.CharField(max_length=200)),
                (
                    "from_stage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("lead", "Lead"),
                            ("negotiating", "Negotiating"),
                            ("contracted", "Contracted"),
                            ("in_progress", "In progress"),
                            ("delivered", "Delivered"),
                            ("invoiced", "Invoiced"),
                            ("paid", "Paid"),
                            ("lost", "Lost"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                (
                    "to_stage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("lead", "Lead"),
                            ("negotiating", "Negotiating"),
                            ("contracted", "Contracted"),
                            ("in_progress", "In progress"),
                            ("delivered", "Delivered"),
                            ("invoiced", "Invoiced"),
                            ("paid", "Paid"),
                            ("lost", "Lost"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("note", models.TextField(blank=True, default="", max_length=2000)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="partnerships.branddeal",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="DealFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=140)),
                ("file", models.CharField(max_length=120, unique=True)),
                ("content_type", models.CharField(max_length=80)),
                ("size", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="partnerships.branddeal",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [models.UniqueConstraint(fields=("deal", "digest"), name="deal_file_once")],
            },
        ),
        migrations.CreateModel(
            name="DealShare",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("token", ledger.encryption.EncryptedTextField()),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("frozen_at", models.DateTimeField(blank=True, null=True)),
                ("frozen_reason", models.CharField(blank=True, default="", max_length=300)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to="partnerships.branddeal",
                    ),
                ),
                (
                    "frozen_by",
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
                "verbose_name": "share link",
                "permissions": [("freeze_dealshare", "Can freeze share links")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("deal",),
                        name="deal_share_open_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Deliverable",
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
                        choices=[
                            ("video", "Video"),
                            ("short", "Short video"),
                            ("post", "Post"),
                            ("story", "Story"),
                            ("live_mention", "Mention in a live stream"),
                            ("live_stream", "Whole live stream"),
                            ("content", "Content for the brand's own use"),
                            ("other", "Something else"),
                        ],
                        max_length=12,
                    ),
                ),
                ("title", models.CharField(max_length=140)),
                ("platform", models.CharField(blank=True, default="", max_length=40)),
                ("due_date", models.DateField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("to_do", "To do"),
                            ("submitted", "With the brand"),
                            ("changes", "Changes wanted"),
                            ("approved", "Approved"),
                            ("published", "Published"),
                            ("dropped", "Dropped"),
                        ],
                        default="to_do",
                        max_length=10,
                    ),
                ),
                ("proof_url", models.URLField(blank=True, default="", max_length=500)),
                ("published_date", models.DateField(blank=True, null=True)),
                (
                    "disclosure",
                    models.CharField(
                        choices=[
                            ("missing", "Not yet"),
                            ("label", "The platform's paid-partnership label"),
                            ("words", "In words or a hashtag (“ad”)"),
                            ("spoken", "Spoken in the recording"),
                            ("not_needed", "Not needed: I don't publish it"),
                        ],
                        default="missing",
                        max_length=10,
                    ),
                ),
                ("disclosure_url", models.URLField(blank=True, default="", max_length=500)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("brand_comment", models.TextField(blank=True, default="", max_length=2000)),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliverables",
                        to="partnerships.branddeal",
                    ),
                ),
                (
                    "disclosure_file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="partnerships.dealfile",
                    ),
                ),
            ],
            options={
                "ordering": ("due_date", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["to_do", "submitted", "changes", "approved", "published", "dropped"],
                            )
                        ),
                        name="deliverable_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("applied", "Applied"),
                            ("active", "Active"),
                            ("refused", "Refused"),
                            ("suspended", "Suspended"),
                            ("left", "Left"),
                        ],
                        max_length=10,
                    ),
                ),
                ("applied_at", models.DateTimeField()),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Why it is so; the creator reads this.",
                        max_length=500,
                    ),
                ),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "suspended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="partnerships.programme",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "permissions": [
                    ("decide_enrolment", "Can decide about applications, suspend, and decide appeals")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "creator"), name="enrolment_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("reason__gt", ""), ("state", "suspended"), ("suspended_by__isnull", False)
                            ),
                            models.Q(
                                models.Q(("state", "suspended"), _negated=True),
                                ("suspended_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="enrolment_suspended_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("suspended_date", models.DateField()),
                ("text", models.CharField(max_length=1000)),
                ("made_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waits for staff"),
                            ("upheld", "Upheld"),
                            ("dismissed", "Dismissed"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.CharField(blank=True, default="", max_length=500)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "suspended_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="appeals",
                        to="partnerships.enrolment",
                    ),
                ),
            ],
            options={
                "ordering": ("made_at",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("enrolment",),
                        name="enrolment_appeal_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by__isnull", True), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="enrolment_appeal_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("suspended_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="enrolment_appeal_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EnrolmentEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("code", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("applied", "Applied"),
                            ("active", "Active"),
                            ("refused", "Refused"),
                            ("suspended", "Suspended"),
                            ("left", "Left"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=1000)),
                ("internal_note", models.CharField(blank=True, default="", max_length=2000)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="partnerships.enrolment",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="enrolment_event_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="5647d1c16207ae8e2d81587bb11740c3f96e80dc",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_enrolment_event_append_only_60793",
                            table="partnerships_enrolmentevent",
                            when="BEFORE",
                        ),
                    ),
                ],
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="EnrolmentPeriod",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("first_date", models.DateField()),
                ("last_date", models.DateField(blank=True, null=True)),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="periods",
                        to="partnerships.enrolment",
                    ),
                ),
            ],
            options={
                "ordering": ("first_date",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("last_date__isnull", True)),
                        fields=("enrolment",),
                        name="enrolment_period_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_date__isnull", True),
                            (
                                "last_date__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("first_date"), "-", models.Value(1)
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="enrolment_period_days",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Exclusivity",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("category", models.CharField(max_length=60)),
                ("platform", models.CharField(blank=True, default="", max_length=80)),
                ("territory", models.CharField(blank=True, default="", max_length=80)),
                ("from_date", models.DateField()),
                ("until_date", models.DateField()),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exclusivities",
                        to="partnerships.branddeal",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "exclusivities",
                "ordering": ("from_date", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until_date__gte", models.F("from_date"))),
                        name="exclusivity_ends_after_its_start",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowerCount",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("date", models.DateField()),
                ("followers", models.PositiveIntegerField()),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("creator", "date"), name="follower_count_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("dialect", models.CharField(max_length=40)),
                ("subject_id", models.UUIDField(blank=True, null=True)),
                ("name", models.CharField(max_length=200)),
                ("digest", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("previewed", "To be confirmed"),
                            ("confirmed", "Being taken in"),
                            ("applied", "Taken in"),
                            ("discarded", "Discarded"),
                        ],
                        default="previewed",
                        max_length=10,
                    ),
                ),
                ("uploaded_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["owner", "dialect", "id"], name="import_of_owner")],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("line", models.PositiveIntegerField()),
                ("raw", models.CharField(max_length=500)),
                ("problem", models.CharField(blank=True, default="", max_length=500)),
                ("identity", models.CharField(blank=True, default="", max_length=300)),
                ("facts", models.JSONField(default=dict)),
                ("label", models.CharField(blank=True, default="", max_length=200)),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                (
                    "standing",
                    models.CharField(
                        blank=True,
                        choices=[("new", "New"), ("changed", "Changed"), ("known", "Already here")],
                        default="",
                        max_length=8,
                    ),
                ),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
                (
                    "importing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="partnerships.import",
                    ),
                ),
            ],
            options={
                "ordering": ("line",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("applied_at__isnull", True), ("problem", "")),
                        fields=["importing", "line"],
                        name="import_row_waits",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("importing", "line"), name="import_row_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("problem", "")),
                        fields=("importing", "identity"),
                        name="import_row_identity_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("identity__gt", ""), ("problem", ""), ("standing__gt", "")),
                            models.Q(("applied_at__isnull", True), ("problem__gt", "")),
                            _connector="OR",
                        ),
                        name="import_row_accepted_or_not",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncomeDay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "stream",
                    models.CharField(
                        choices=[
                            ("gifts", "Gifts"),
                            ("creator_fund", "Creator fund"),
                            ("ad_revenue", "Ad revenue"),
                            ("brand_deals", "Brand deals"),
                            ("merch", "Merch"),
                            ("affiliate", "Affiliate"),
                            ("networks", "Affiliate networks"),
                        ],
                        max_length=12,
                    ),
                ),
                ("date", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "Pending"), ("credited", "Credited"), ("paid", "Paid")],
                        max_length=8,
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("rows", models.PositiveIntegerField()),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="income_days",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("creator", "date", "stream", "currency", "state"), name="income_day_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("rows__gt", 0)), name="income_day_of_rows"),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncomeGoal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "stream",
                    models.CharField(
                        choices=[
                            ("gifts", "Gifts"),
                            ("creator_fund", "Creator fund"),
                            ("ad_revenue", "Ad revenue"),
                            ("brand_deals", "Brand deals"),
                            ("merch", "Merch"),
                            ("affiliate", "Affiliate"),
                            ("networks", "Affiliate networks"),
                        ],
                        max_length=12,
                    ),
                ),
                ("first", models.DateField()),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("set_at", models.DateTimeField()),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="income_goals",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("creator", "stream", "first"), name="income_goal_once_a_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="income_goal_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first__day", 1)), name="income_goal_of_whole_months"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("issued", "Issued"),
                            ("partly_paid", "Partly paid"),
                            ("paid", "Paid"),
                            ("written_off", "Written off"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("prefix", models.CharField(blank=True, default="", max_length=12)),
                ("number", models.PositiveIntegerField(blank=True, null=True)),
                ("issue_date", models.DateField(blank=True, null=True)),
                ("due_date", models.DateField(blank=True, null=True)),
                ("currency", models.CharField(max_length=3)),
                ("tax_percent", models.DecimalField(decimal_places=2, default=0, max_digits=5)),
                ("net", models.BigIntegerField()),
                ("tax", models.BigIntegerField()),
                ("gross", models.BigIntegerField()),
                ("paid", models.BigIntegerField(default=0)),
                ("paid_net", models.BigIntegerField(default=0)),
                ("reference", models.CharField(blank=True, default="", max_length=80)),
                ("seller_name", models.CharField(blank=True, default="", max_length=140)),
                ("seller_details", ledger.encryption.EncryptedTextField(blank=True, default="")),
                ("payment_details", ledger.encryption.EncryptedTextField(blank=True, default="")),
                ("footer", models.CharField(blank=True, default="", max_length=300)),
                ("customer_name", models.CharField(blank=True, default="", max_length=140)),
                ("customer_details", models.TextField(blank=True, default="")),
                ("made_at", models.DateTimeField()),
                (
                    "brand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="partnerships.brand",
                    ),
                ),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="brand_invoices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "credits",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credited_by",
                        to="partnerships.invoice",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="partnerships.branddeal",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="brand_invoice_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."number" IS NOT NULL AND (OLD."creator_id" IS DISTINCT FROM (NEW."creator_id") OR OLD."deal_id" IS DISTINCT FROM (NEW."deal_id") OR OLD."brand_id" IS DISTINCT FROM (NEW."brand_id") OR OLD."credits_id" IS DISTINCT FROM (NEW."credits_id") OR OLD."prefix" IS DISTINCT FROM (NEW."prefix") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."issue_date" IS DISTINCT FROM (NEW."issue_date") OR OLD."due_date" IS DISTINCT FROM (NEW."due_date") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."tax_percent" IS DISTINCT FROM (NEW."tax_percent") OR OLD."net" IS DISTINCT FROM (NEW."net") OR OLD."tax" IS DISTINCT FROM (NEW."tax") OR OLD."gross" IS DISTINCT FROM (NEW."gross") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."seller_name" IS DISTINCT FROM (NEW."seller_name") OR OLD."customer_name" IS DISTINCT FROM (NEW."customer_name") OR OLD."customer_details" IS DISTINCT FROM (NEW."customer_details") OR OLD."footer" IS DISTINCT FROM (NEW."footer")))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="f3fcf2ecff5cbdba8e196d9b2813fae7da959a09",
                            operation="UPDATE",
                            pgid="pgtrigger_brand_invoice_stays_44b1e",
                            table="partnerships_invoice",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="brand_invoice_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."number" IS NOT NULL)',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="9a9cf5a816f93b0780a1910f48e05fd712e5aa78",
                            operation="DELETE",
                            pgid="pgtrigger_brand_invoice_kept_c4fa7",
                            table="partnerships_invoice",
                            when="BEFORE",
                        ),
                    ),
                ],
                "indexes": [
                    models.Index(fields=["creator", "-issue_date"], name="brand_invoice_by_day"),
                    models.Index(
                        condition=models.Q(("state__in", ("issued", "partly_paid"))),
                        fields=["due_date"],
                        name="brand_invoice_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("creator", "number"), name="brand_invoice_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "gross",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("net"), "+", models.F("tax")
                                ),
                            )
                        ),
                        name="brand_invoice_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("credits__isnull", True), ("net__gt", 0), ("tax__gte", 0)),
                            models.Q(("credits__isnull", False), ("net__lt", 0), ("tax__lte", 0)),
                            _connector="OR",
                        ),
                        name="brand_invoice_sign",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("issue_date__isnull", True), ("number__isnull", True), ("state", "draft")
                            ),
                            models.Q(
                                ("due_date__isnull", False),
                                ("issue_date__isnull", False),
                                ("number__isnull", False),
                                models.Q(("state", "draft"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="brand_invoice_numbered_when_issued",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("paid", 0), ("state__in", ("draft", "cancelled"))),
                            models.Q(("paid", 0), ("state", "issued")),
                            models.Q(
                                ("paid__gt", 0), ("paid__lt", models.F("gross")), ("state", "partly_paid")
                            ),
                            models.Q(
                                ("paid", models.F("gross")), ("paid_net", models.F("net")), ("state", "paid")
                            ),
                            models.Q(
                                ("paid__gte", 0), ("paid__lt", models.F("gross")), ("state", "written_off")
                            ),
                            _connector="OR",
                        ),
                        name="brand_invoice_paid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("text", models.CharField(max_length=200)),
                ("quantity", models.PositiveIntegerField(default=1)),
                ("unit_price", models.BigIntegerField()),
                ("amount", models.BigIntegerField()),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="partnerships.invoice",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "amount",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("quantity"), "*", models.F("unit_price")
                                ),
                            )
                        ),
                        name="invoice_line_amount",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoicePayment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("net", models.BigIntegerField()),
                ("paid_date", models.DateField()),
                ("reference", models.CharField(blank=True, default="", max_length=140)),
                ("recorded_at", models.DateTimeField()),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="partnerships.invoice",
                    ),
                ),
                (
                    "takes_back",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_back_by",
                        to="partnerships.invoicepayment",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="invoice_payment_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="c37d991d3cdbff556593f1d6ff96c1a0cb7ad178",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_invoice_payment_append_only_bb960",
                            table="partnerships_invoicepayment",
                            when="BEFORE",
                        ),
                    ),
                ],
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__gt", 0), ("takes_back__isnull", True)),
                            models.Q(("amount__lt", 0), ("takes_back__isnull", False)),
                            _connector="OR",
                        ),
                        name="invoice_payment_sign",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=140)),
                ("amount", models.BigIntegerField()),
                ("due_date", models.DateField()),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("signing", "When the contract is signed"),
                            ("delivery", "When all is delivered"),
                            ("publication", "When it is published"),
                            ("date", "On the day itself"),
                            ("result", "When a result is reached"),
                        ],
                        default="delivery",
                        max_length=12,
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="milestones",
                        to="partnerships.branddeal",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="milestones",
                        to="partnerships.invoice",
                    ),
                ),
            ],
            options={
                "ordering": ("due_date", "id"),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="milestone_amount")
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthClose",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "To be reviewed"),
                            ("approved", "Being credited"),
                            ("credited", "Credited"),
                        ],
                        default="prepared",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("total", models.BigIntegerField()),
                ("creators", models.PositiveIntegerField()),
                (
                    "last_total",
                    models.BigIntegerField(
                        blank=True, help_text="Of the month before, if it was closed.", null=True
                    ),
                ),
                ("anomalies", models.JSONField(blank=True, default=list)),
                ("prepared_at", models.DateTimeField()),
                ("first_approved_at", models.DateTimeField(blank=True, null=True)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("credited_at", models.DateTimeField(blank=True, null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "first_approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closes",
                        to="partnerships.programme",
                    ),
                ),
            ],
            options={
                "ordering": ("-month", "programme"),
                "permissions": [("approve_monthclose", "Can approve what programmes credit for a month")],
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "month"), name="month_close_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_by__isnull", True), ("state", "prepared")),
                            models.Q(
                                models.Q(("state", "prepared"), _negated=True),
                                ("approved_at__isnull", False),
                                ("approved_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="month_close_approved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_approved_by__isnull", True),
                            models.Q(("first_approved_by", models.F("approved_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="month_close_two_people",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CloseItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("earned", models.BigIntegerField()),
                ("taken", models.BigIntegerField(default=0)),
                ("last_earned", models.BigIntegerField(blank=True, null=True)),
                ("credited_at", models.DateTimeField(blank=True, null=True)),
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
                    "taking_entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="close_items",
                        to="partnerships.enrolment",
                    ),
                ),
                (
                    "close",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="partnerships.monthclose",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("close", "enrolment"), name="close_item_once"),
                    models.CheckConstraint(
                        condition=models.Q(("earned__gte", 0), ("taken__gte", 0)), name="close_item_amounts"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("credited_at__isnull", True),
                                ("entry__isnull", True),
                                ("taking_entry__isnull", True),
                            ),
                            models.Q(
                                ("credited_at__isnull", False),
                                models.Q(("earned", 0), ("entry__isnull", False), _connector="OR"),
                                models.Q(("taken", 0), ("taking_entry__isnull", False), _connector="OR"),
                            ),
                            _connector="OR",
                        ),
                        name="close_item_credited",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Metric",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("date", models.DateField()),
                ("country", models.CharField(max_length=2)),
                ("views", models.BigIntegerField()),
                ("qualified_views", models.BigIntegerField()),
                ("ad_revenue_micros", models.BigIntegerField(default=0)),
                ("told_at", models.DateTimeField()),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "told_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="metrics",
                        to="partnerships.programme",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "creator", "date", "country"), name="programme_metric_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("qualified_views__gte", 0), ("views__gte", models.F("qualified_views"))
                        ),
                        name="programme_metric_views",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccrualDue",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField()),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="partnerships.programme",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "creator", "month"), name="accrual_due_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgrammeTerms",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("effective_date", models.DateField()),
                ("followers", models.PositiveIntegerField(default=0, help_text="At least so many.")),
                (
                    "views",
                    models.PositiveIntegerField(default=0, help_text="At least so many in the last 30 days."),
                ),
                ("age", models.PositiveSmallIntegerField(default=18, help_text="At least so many years.")),
                (
                    "countries",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2),
                        blank=True,
                        default=list,
                        help_text="Two letters each, separated by commas; none: everywhere.",
                        size=None,
                    ),
                ),
                (
                    "good_standing",
                    models.BooleanField(
                        default=True, help_text="Whether nothing may be owed or frozen on the account."
                    ),
                ),
                (
                    "share_per_mille",
                    models.PositiveSmallIntegerField(
                        default=550, help_text="Of ad revenue, the creator's part."
                    ),
                ),
                (
                    "daily_cap",
                    models.BigIntegerField(blank=True, help_text="For one creator and day.", null=True),
                ),
                (
                    "monthly_cap",
                    models.BigIntegerField(blank=True, help_text="For one creator and month.", null=True),
                ),
                (
                    "monthly_budget",
                    models.BigIntegerField(
                        blank=True,
                        help_text="For all creators and a month; first come, first served.",
                        null=True,
                    ),
                ),
                (
                    "second_approval_above",
                    models.BigIntegerField(
                        default=0, help_text="A month whose sum is above this needs two different approvers."
                    ),
                ),
                ("announced_at", models.DateTimeField()),
                (
                    "reason",
                    models.CharField(
                        blank=True, default="", help_text="What changes, and why.", max_length=300
                    ),
                ),
                (
                    "announced_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="terms",
                        to="partnerships.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "programme terms",
                "verbose_name_plural": "programme terms",
                "ordering": ("programme", "-effective_date"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "effective_date"), name="programme_terms_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("share_per_mille__lte", 1000)), name="programme_terms_share"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("daily_cap__isnull", True), ("daily_cap__gt", 0), _connector="OR"),
                            models.Q(("monthly_cap__isnull", True), ("monthly_cap__gt", 0), _connector="OR"),
                            models.Q(
                                ("monthly_budget__isnull", True), ("monthly_budget__gt", 0), _connector="OR"
                            ),
                            models.Q(
                                ("monthly_cap__isnull", True),
                                ("daily_cap__isnull", True),
                                ("monthly_cap__gte", models.F("daily_cap")),
                                _connector="OR",
                            ),
                            ("second_approval_above__gte", 0),
                        ),
                        name="programme_terms_limits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgrammeRate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("country", models.CharField(blank=True, default="", max_length=2)),
                ("rpm_micros", models.BigIntegerField()),
                (
                    "terms",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rates",
                        to="partnerships.programmeterms",
                    ),
                ),
            ],
            options={
                "ordering": ("country",),
                "constraints": [
                    models.UniqueConstraint(fields=("terms", "country"), name="programme_rate_once"),
                    models.CheckConstraint(
                        condition=models.Q(("rpm_micros__gte", 0)), name="programme_rate_amount"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Accrual",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("date", models.DateField()),
                ("revision", models.PositiveSmallIntegerField()),
                ("booked_date", models.DateField()),
                ("earned", models.BigIntegerField()),
                ("amount", models.BigIntegerField()),
                (
                    "limited_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Nothing"),
                            ("day", "Cap of the day"),
                            ("month", "Cap of the month"),
                            ("budget", "The programme's budget"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("reversed_at", models.DateTimeField(blank=True, null=True)),
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
                    "reversal",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accruals",
                        to="partnerships.closeitem",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accruals",
                        to="partnerships.enrolment",
                    ),
                ),
                (
                    "terms",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="partnerships.programmeterms",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("item__isnull", True), ("reversed_at__isnull", True)),
                        fields=["booked_date", "enrolment"],
                        name="accrual_open",
                    ),
                    models.Index(fields=["enrolment", "booked_date"], name="accrual_of_enrolment"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("enrolment", "date", "revision"), name="accrual_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__gt", 0), ("entry__isnull", False)),
                            models.Q(("amount__lt", 0), ("entry__isnull", True)),
                            _connector="OR",
                        ),
                        name="accrual_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reversal__isnull", True), ("reversed_at__isnull", True)),
                            models.Q(
                                ("item__isnull", True),
                                ("reversed_at__isnull", False),
                                models.Q(("amount__lt", 0), ("reversal__isnull", False), _connector="OR"),
                            ),
                            _connector="OR",
                        ),
                        name="accrual_reversed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Store",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "platform",
                    models.CharField(
                        choices=[
                            ("shopify", "Shopify"),
                            ("woocommerce", "WooCommerce"),
                            ("generic", "Another shop"),
                        ],
                        max_length=11,
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("currency", models.CharField(max_length=3)),
                ("domain", models.CharField(blank=True, default="", max_length=253)),
                ("secret", ledger.encryption.EncryptedTextField(blank=True, default="")),
                ("old_secret", ledger.encryption.EncryptedTextField(blank=True, default="")),
                ("old_until", models.DateTimeField(blank=True, null=True)),
                ("fee_fixed", models.BigIntegerField(default=0)),
                ("fee_per_mille", models.PositiveSmallIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "Active"), ("paused", "Paused"), ("removed", "Removed")],
                        default="active",
                        max_length=7,
                    ),
                ),
                ("connected_at", models.DateTimeField()),
                ("last_delivery_at", models.DateTimeField(blank=True, null=True)),
                ("refused_at", models.DateTimeField(blank=True, null=True)),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merch_stores",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("fee_fixed__gte", 0), ("fee_per_mille__lte", 1000)),
                        name="store_fees_possible",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MerchOrder",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("external_id", models.CharField(max_length=64)),
                ("number", models.CharField(blank=True, default="", max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("awaited", "Awaited"),
                            ("placed", "Not paid"),
                            ("paid", "To be shipped"),
                            ("part_shipped", "Partly shipped"),
                            ("shipped", "Shipped"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="awaited",
                        max_length=12,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("placed_at", models.DateTimeField(blank=True, null=True)),
                ("heard_at", models.DateTimeField()),
                ("total", models.BigIntegerField(default=0)),
                ("tax", models.BigIntegerField(default=0)),
                ("shipping", models.BigIntegerField(default=0)),
                ("discount", models.BigIntegerField(default=0)),
                ("refunded", models.BigIntegerField(default=0)),
                ("fees", models.BigIntegerField(default=0)),
                ("earned", models.BigIntegerField(default=0)),
                ("fee_fixed", models.BigIntegerField(default=0)),
                ("fee_per_mille", models.PositiveSmallIntegerField(default=0)),
                (
                    "contradiction",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("refunded", "It says that all of it was refunded; its refunds are less."),
                            ("over_refunded", "Its refunds are more than was paid."),
                            ("cancelled", "It says that it was cancelled; some of it was shipped."),
                            ("currency", "A refund is in a currency whose rate the order does not tell."),
                        ],
                        default="",
                        max_length=13,
                    ),
                ),
                ("told_amount", models.BigIntegerField(blank=True, null=True)),
                ("moved_amount", models.BigIntegerField(blank=True, null=True)),
                ("looked_at", models.DateTimeField(blank=True, null=True)),
                ("known", models.JSONField(default=dict)),
                ("recount", models.BooleanField(default=False)),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merch_orders",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "looked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="partnerships.store",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("store", "external_id"), name="merch_order_once"),
                ],
                "permissions": [("settle_merchorder", "Can settle orders that contradict themselves")],
                "indexes": [
                    models.Index(fields=["creator", "-placed_at"], name="merch_order_newest"),
                    models.Index(
                        condition=models.Q(("recount", True)), fields=["id"], name="merch_order_recount"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("external_id", models.CharField(max_length=64)),
                ("product_id", models.CharField(blank=True, default="", max_length=64)),
                ("variant_id", models.CharField(blank=True, default="", max_length=64)),
                ("sku", models.CharField(blank=True, default="", max_length=100)),
                ("title", models.CharField(max_length=200)),
                ("variant", models.CharField(blank=True, default="", max_length=100)),
                ("quantity", models.PositiveIntegerField()),
                ("shipped", models.PositiveIntegerField(default=0)),
                ("unit_price", models.BigIntegerField()),
                ("discount", models.BigIntegerField()),
                ("tax", models.BigIntegerField()),
                ("net", models.BigIntegerField()),
                ("cost", models.BigIntegerField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="partnerships.merchorder",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("order", "external_id"), name="order_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(("shipped__lte", models.F("quantity"))), name="order_line_shipped"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderRefund",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("external_id", models.CharField(max_length=64)),
                ("refunded_at", models.DateTimeField()),
                ("amount", models.BigIntegerField()),
                ("goods", models.BigIntegerField()),
                ("told", models.BigIntegerField(null=True)),
                ("restocked", models.PositiveIntegerField(default=0)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refunds",
                        to="partnerships.merchorder",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("order", "external_id"), name="order_refund_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="RawDelivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("delivery_id", models.CharField(max_length=100)),
                ("topic", models.CharField(blank=True, default="", max_length=60)),
                ("headers", models.JSONField(default=dict)),
                ("sealed", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("received_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("done", "Done"),
                            ("ignored", "Ignored"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                ("handled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="deliveries",
                        to="partnerships.merchorder",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="partnerships.store",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "raw deliveries",
                "permissions": [("replay_rawdelivery", "Can play deliveries of stores again")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("outcome", "waiting")),
                        fields=["received_at"],
                        name="delivery_waiting",
                    ),
                    models.Index(fields=["store", "-received_at"], name="delivery_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("store", "delivery_id", "digest"), name="delivery_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="MerchEarning",
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
                        choices=[("shipment", "Shipped"), ("refund", "Refunded"), ("fees", "Fees")],
                        max_length=8,
                    ),
                ),
                ("movement", models.CharField(max_length=64)),
                ("line", models.CharField(blank=True, default="", max_length=64)),
                ("product_id", models.CharField(blank=True, default="", max_length=64)),
                ("title", models.CharField(blank=True, default="", max_length=200)),
                ("date", models.DateField()),
                ("currency", models.CharField(max_length=3)),
                ("quantity", models.IntegerField()),
                ("sales", models.BigIntegerField()),
                ("refunds", models.BigIntegerField()),
                ("costs", models.BigIntegerField()),
                ("fees", models.BigIntegerField()),
                ("amount", models.BigIntegerField()),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merch_earnings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="earnings",
                        to="partnerships.merchorder",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="earnings",
                        to="partnerships.store",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["creator", "date"], name="merch_earning_day"),
                    models.Index(fields=["store", "product_id"], name="merch_earning_product"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "kind", "movement", "line"), name="merch_earning_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "amount",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("sales"), "-", models.F("refunds")
                                        ),
                                        "-",
                                        models.F("costs"),
                                    ),
                                    "-",
                                    models.F("fees"),
                                ),
                            )
                        ),
                        name="merch_earning_adds_up",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemCost",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("product_id", models.CharField(max_length=64)),
                ("cost", models.BigIntegerField()),
                ("effective_date", models.DateField()),
                ("set_at", models.DateTimeField()),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="costs",
                        to="partnerships.store",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("store", "product_id", "effective_date"), name="item_cost_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cost__gte", 0)), name="item_cost_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UsageRight",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("what", models.CharField(max_length=140)),
                ("platform", models.CharField(blank=True, default="", max_length=80)),
                ("territory", models.CharField(blank=True, default="", max_length=80)),
                ("from_date", models.DateField()),
                ("until_date", models.DateField(blank=True, null=True)),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="usage_rights",
                        to="partnerships.branddeal",
                    ),
                ),
            ],
            options={
                "ordering": ("from_date", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_date__isnull", True),
                            ("until_date__gte", models.F("from_date")),
                            _connector="OR",
                        ),
                        name="usage_ends_after_its_start",
                    )
                ],
            },
        ),
    ]
