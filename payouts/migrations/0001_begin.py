import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import ledger.encryption
import payouts.models.invoices
import payouts.models.requests
from ledger.tables import TablesMigration


class Migration(TablesMigration):
    replaces = [
        ("payouts", "0001_initial"),
        ("payouts", "0003_remittances"),
        ("payouts", "0004_entries_by_state"),
        ("payouts", "0005_batches"),
        ("payouts", "0006_identity"),
        ("payouts", "0007_told_by_notices"),
        ("payouts", "0008_method_details"),
        ("payouts", "0009_payment_files"),
        ("payouts", "0010_clawbacks_invoices_statements"),
        ("payouts", "0011_lines_and_pay_days"),
        ("payouts", "0012_lines_alone"),
        ("payouts", "0013_stripe_and_by_hand"),
        ("payouts", "0014_reconciled_statements"),
        ("payouts", "0015_by_hand_and_pauses"),
        ("payouts", "0016_invoice_identity"),
        ("payouts", "0017_risk_and_notes"),
        ("payouts", "0018_brought_files"),
    ]

    initial = True

    dependencies = [
        ("ledger", "0002_first_rows"),
        ("portal", "0006_taken_mails"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                (
                    "prefix",
                    models.CharField(default=payouts.models.invoices.new_prefix, max_length=12, unique=True),
                ),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name_plural": "invoice series",
            },
        ),
        migrations.CreateModel(
            name="BankMessage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("channel", models.CharField(help_text="The mailbox it was in.", max_length=20)),
                ("digest", models.CharField(help_text="SHA-256 of the text.", max_length=64)),
                ("raw", ledger.encryption.EncryptedTextField()),
                ("kind", models.CharField(blank=True, default="", max_length=10)),
                (
                    "sender_id",
                    models.TextField(blank=True, default="", help_text="The id that the bank gave it."),
                ),
                ("received_at", models.DateTimeField()),
                ("processed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting to be read"),
                            ("read", "Read"),
                            ("unreadable", "Unreadable"),
                            ("brought", "Brought; waits for somebody else"),
                            ("thrown_away", "Thrown away"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("problem", models.TextField(blank=True, default="")),
                ("brought_at", models.DateTimeField(blank=True, null=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "brought_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "confirmed_by",
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("outcome", "waiting")), fields=["id"], name="bank_message_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("channel", "digest"), name="bank_message_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("brought_by__isnull", True),
                            ("outcome__in", ["brought", "thrown_away"]),
                            models.Q(
                                ("confirmed_by__isnull", False),
                                models.Q(("confirmed_by", models.F("brought_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="bank_message_confirmed_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Difference",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("source", models.CharField(max_length=40)),
                ("day", models.DateField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("missing_there", "Not in their file"),
                            ("missing_here", "Not in our rows"),
                            ("amount", "Amounts differ"),
                            ("balance", "The file does not add up"),
                            ("gap", "A file is missing"),
                        ],
                        max_length=14,
                    ),
                ),
                ("what", models.CharField(blank=True, default="", max_length=20)),
                ("reference", models.CharField(blank=True, default="", max_length=255)),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                ("ours", models.BigIntegerField(blank=True, null=True)),
                ("theirs", models.BigIntegerField(blank=True, null=True)),
                ("detail", models.TextField(blank=True, default="")),
                ("found_at", models.DateTimeField()),
                ("gone_at", models.DateTimeField(blank=True, null=True)),
                ("explained_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                (
                    "explained_by",
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
                "ordering": ("-day", "source", "id"),
                "permissions": [("explain_difference", "Can explain differences of a reconciliation")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("explained_at__isnull", True), ("gone_at__isnull", True)),
                        fields=["-day"],
                        name="difference_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "day", "kind", "what", "reference", "currency"),
                        name="difference_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("explained_at__isnull", True), ("explained_by__isnull", True), ("note", "")
                            ),
                            models.Q(
                                ("explained_at__isnull", False),
                                ("explained_by__isnull", False),
                                models.Q(("note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="difference_explained_by_someone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IdentityDocument",
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
                            ("passport", "Passport"),
                            ("id_card", "Identity card"),
                            ("driving_licence", "Driving licence"),
                            ("residence_permit", "Residence permit"),
                            ("proof_of_address", "Proof of address"),
                            ("company_register", "Company register extract"),
                            ("other", "Something else that we asked for"),
                        ],
                        max_length=20,
                    ),
                ),
                ("expires_date", models.DateField(blank=True, help_text="As printed on it.", null=True)),
                ("file", models.CharField(editable=False, max_length=100, unique=True)),
                ("content_type", models.CharField(max_length=40)),
                ("size", models.PositiveIntegerField()),
                ("pages", models.PositiveSmallIntegerField(default=1)),
                ("digest", models.CharField(max_length=64)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="identity_documents",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="identity_document_written_once",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="61fe8483e5707236817186f8f8b25b04d53ede93",
                            operation="UPDATE",
                            pgid="pgtrigger_identity_document_written_once_a9da4",
                            table="payouts_identitydocument",
                            when="BEFORE",
                        ),
                    ),
                ],
                "ordering": ("-id",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "kind", "digest", "expires_date"),
                        name="identity_document_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pages__gt", 0), ("size__gt", 0)),
                        name="identity_document_not_empty",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentAccess",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[("viewed", "Viewed"), ("downloaded", "Downloaded")], max_length=10
                    ),
                ),
                ("page", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("at", models.DateTimeField()),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accesses",
                        to="payouts.identitydocument",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="document_access_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete or update rows from % table', TG_TABLE_NAME;",
                            hash="00aa3757d0113bfcfb8a87472cf36504b7606178",
                            operation="DELETE OR UPDATE",
                            pgid="pgtrigger_document_access_kept_b3ddb",
                            table="payouts_documentaccess",
                            when="BEFORE",
                        ),
                    ),
                ],
                "verbose_name_plural": "document accesses",
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="IdentityVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=200, unique=True)),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("individual", "Individual"), ("business", "Business")], max_length=10
                    ),
                ),
                (
                    "country",
                    models.CharField(help_text="Where the person or business is resident.", max_length=2),
                ),
                ("legal_name", ledger.encryption.EncryptedTextField()),
                ("birth_date", ledger.encryption.EncryptedTextField()),
                ("street", ledger.encryption.EncryptedTextField()),
                ("postal_code", ledger.encryption.EncryptedTextField(blank=True, default="")),
                ("city", ledger.encryption.EncryptedTextField()),
                ("company_name", ledger.encryption.EncryptedTextField(blank=True, default="")),
                ("registration_number", ledger.encryption.EncryptedTextField(blank=True, default="")),
                ("remark", ledger.encryption.EncryptedTextField(blank=True, default="")),
                ("submitted_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "In review"),
                            ("asked", "Information needed"),
                            ("verified", "Verified"),
                            ("rejected", "Not accepted"),
                            ("superseded", "Replaced"),
                        ],
                        default="submitted",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, default="")),
                ("internal_note", models.TextField(blank=True, default="")),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="identity_versions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                ("documents", models.ManyToManyField(related_name="versions", to="payouts.identitydocument")),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="identity_written_once",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."creator_id" IS DISTINCT FROM (NEW."creator_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."country" IS DISTINCT FROM (NEW."country") OR OLD."legal_name" IS DISTINCT FROM (NEW."legal_name") OR OLD."birth_date" IS DISTINCT FROM (NEW."birth_date") OR OLD."street" IS DISTINCT FROM (NEW."street") OR OLD."postal_code" IS DISTINCT FROM (NEW."postal_code") OR OLD."city" IS DISTINCT FROM (NEW."city") OR OLD."company_name" IS DISTINCT FROM (NEW."company_name") OR OLD."registration_number" IS DISTINCT FROM (NEW."registration_number") OR OLD."remark" IS DISTINCT FROM (NEW."remark") OR OLD."submitted_at" IS DISTINCT FROM (NEW."submitted_at"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="0457ecc640d69ec9ca1a40eaddac5d5741750168",
                            operation="UPDATE",
                            pgid="pgtrigger_identity_written_once_9d4c1",
                            table="payouts_identityversion",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="identity_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="4f0c223db0da75b7244a45c57e4c0e6291a00047",
                            operation="DELETE",
                            pgid="pgtrigger_identity_kept_02e4f",
                            table="payouts_identityversion",
                            when="BEFORE",
                        ),
                    ),
                ],
                "verbose_name": "identity",
                "verbose_name_plural": "identities",
                "ordering": ("-id",),
                "permissions": [
                    ("review_identity", "Can verify, reject and ask about identities, and reject tax forms")
                ],
                "indexes": [models.Index(fields=["state", "id"], name="identity_by_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("creator", "number"), name="identity_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["asked", "submitted"])),
                        fields=("creator",),
                        name="identity_one_waiting",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "verified")),
                        fields=("creator",),
                        name="identity_one_verified",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["submitted", "asked", "verified", "rejected", "superseded"])
                        ),
                        name="identity_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["verified", "rejected"]), _negated=True),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="identity_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "verified"), _negated=True),
                            ("expires_at__isnull", False),
                            _connector="OR",
                        ),
                        name="identity_expires",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InformationRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("legal_name", "Name"),
                            ("birth_date", "Date of birth"),
                            ("street", "Street and number"),
                            ("postal_code", "Postal code"),
                            ("city", "Town"),
                            ("company_name", "Name of the business"),
                            ("registration_number", "Registration number"),
                            ("identity_document", "Identity document"),
                            ("address_document", "Proof of address"),
                            ("company_document", "Company register extract"),
                            ("other_document", "Another document"),
                        ],
                        max_length=20,
                    ),
                ),
                ("question", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("reminders", models.PositiveSmallIntegerField(default=0)),
                (
                    "answer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="payouts.identityversion",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="payouts.identityversion",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="information_written_once",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."version_id" IS DISTINCT FROM (NEW."version_id") OR OLD."field" IS DISTINCT FROM (NEW."field") OR OLD."question" IS DISTINCT FROM (NEW."question") OR OLD."asked_at" IS DISTINCT FROM (NEW."asked_at") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."due_at" IS DISTINCT FROM (NEW."due_at"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="50998bf3469afa5e74a44d07367d6919fc2f9f71",
                            operation="UPDATE",
                            pgid="pgtrigger_information_written_once_b2463",
                            table="payouts_informationrequest",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="information_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="3e32b79f9637abf37d667a73ee367052a3cc9a9d",
                            operation="DELETE",
                            pgid="pgtrigger_information_kept_5f3c8",
                            table="payouts_informationrequest",
                            when="BEFORE",
                        ),
                    ),
                ],
                "ordering": ("id",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("answer__isnull", True)),
                        fields=["asked_at"],
                        name="information_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answer__isnull", True)),
                        fields=("version", "field"),
                        name="information_asked_once",
                    )
                ],
            },
        ),
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
                "permissions": [("hand_over_paymentfile", "Can carry payment files to the bank")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("payments__gt", 0), ("total__gt", 0)),
                        name="payment_file_not_empty",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PayoutBatch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("rail", models.CharField(max_length=20)),
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "Waits for approval"),
                            ("approved", "Being sent"),
                            ("done", "Done"),
                            ("discarded", "Discarded"),
                        ],
                        default="prepared",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "cut_off_at",
                    models.DateTimeField(
                        help_text="Payouts that were approved later wait for the next batch."
                    ),
                ),
                ("prepared_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("discarded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "note",
                    models.CharField(
                        blank=True, default="", help_text="Why it was discarded.", max_length=500
                    ),
                ),
                ("planned_count", models.PositiveIntegerField()),
                ("planned_total", models.BigIntegerField()),
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
                    "prepared_by",
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
                "verbose_name_plural": "payout batches",
                "ordering": ("-id",),
                "permissions": [
                    ("prepare_payoutbatch", "Can prepare and discard batches"),
                    ("approve_payoutbatch", "Can approve batches"),
                ],
                "indexes": [models.Index(fields=["state", "id"], name="batch_by_state")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "prepared")),
                        fields=("rail", "currency"),
                        name="batch_one_prepared",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["prepared", "approved", "done", "discarded"])),
                        name="batch_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("prepared_by__isnull", True),
                            ("approved_by__isnull", True),
                            models.Q(("prepared_by", models.F("approved_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="batch_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at__isnull", False), ("state__in", ["approved", "done"])),
                            models.Q(("approved_at__isnull", True), ("state__in", ["prepared", "discarded"])),
                            _connector="OR",
                        ),
                        name="batch_approved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("planned_total__gte", 0)), name="batch_totals"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PayoutMethod",
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
                            ("iban", "Bank account (IBAN)"),
                            ("us_bank", "US bank account"),
                            ("stripe", "Stripe account"),
                            ("manual", "Another bank account"),
                        ],
                        max_length=10,
                    ),
                ),
                ("holder", ledger.encryption.EncryptedTextField()),
                ("details", ledger.encryption.EncryptedJSONField()),
                ("masked", models.CharField(max_length=40)),
                ("bank_name", models.CharField(blank=True, default="", max_length=140)),
                ("country", models.CharField(max_length=2)),
                ("fingerprint", models.CharField(db_index=True, max_length=64)),
                ("added_at", models.DateTimeField()),
                ("usable_from", models.DateTimeField()),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payout_methods",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("retired_at__isnull", True)),
                        fields=("owner",),
                        name="payout_method_one_in_use",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DestinationPause",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("fingerprint", models.CharField(max_length=64)),
                ("code", models.CharField(max_length=40)),
                ("paused_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reason",
                    models.CharField(blank=True, default="", help_text="Why it was lifted.", max_length=500),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "method",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pauses",
                        to="payouts.payoutmethod",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "permissions": [("lift_destinationpause", "Can let payouts go to a paused account again")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=("fingerprint",),
                        name="destination_pause_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at__isnull", True), ("lifted_by__isnull", True)),
                            models.Q(
                                ("lifted_at__isnull", False),
                                ("lifted_by__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="destination_pause_lifted_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PayoutPolicy",
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
                        help_text="An ISO 3166 country, or EU for the euro countries and the EU.",
                        max_length=2,
                    ),
                ),
                ("effective_at", models.DateTimeField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "minimum",
                    models.BigIntegerField(help_text="The smallest gross amount that may be requested."),
                ),
                (
                    "daily_cap_usd",
                    models.BigIntegerField(
                        help_text="The most a creator may request on one UTC day, in US cents."
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
                        help_text="Of creators who have chosen nothing.",
                        max_length=10,
                    ),
                ),
                (
                    "schedules",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("weekly", "Weekly"),
                                ("monthly", "Monthly"),
                                ("quarterly", "Quarterly"),
                                ("on_demand", "Only when I ask"),
                            ],
                            max_length=10,
                        ),
                        help_text="What creators may choose. Who may not ask is paid on pay days alone.",
                        size=None,
                    ),
                ),
                ("fee_fixed", models.BigIntegerField(default=0)),
                (
                    "fee_per_mille",
                    models.PositiveSmallIntegerField(default=0, help_text="Of the gross amount."),
                ),
                (
                    "fx_margin_per_mille",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Of the gross amount, where dollars are changed."
                    ),
                ),
                (
                    "withholding_per_mille",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Tax withheld of the gross amount."
                    ),
                ),
                (
                    "methods",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("iban", "Bank account (IBAN)"),
                                ("us_bank", "US bank account"),
                                ("stripe", "Stripe account"),
                                ("manual", "Another bank account"),
                            ],
                            max_length=10,
                        ),
                        blank=True,
                        default=list,
                        help_text="Ways to pay, separated by commas; none: payouts wait for a rail.",
                        size=None,
                    ),
                ),
                (
                    "claws_back_disputes",
                    models.BooleanField(
                        default=False,
                        help_text="Whether creators give back released gifts whose payment was lost to a dispute.",
                    ),
                ),
                (
                    "review_above",
                    models.BigIntegerField(
                        default=0,
                        help_text="Gross up to this is approved without a person, where nothing is to be noted.",
                    ),
                ),
                (
                    "second_approval_above",
                    models.BigIntegerField(help_text="Gross above this needs two different approvers."),
                ),
            ],
            options={
                "verbose_name_plural": "payout policies",
                "ordering": ("region", "-effective_at"),
                "constraints": [
                    models.UniqueConstraint(fields=("region", "effective_at"), name="payout_policy_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("daily_cap_usd__gt", 0),
                            ("fee_fixed__gte", 0),
                            ("minimum__gt", 0),
                            ("review_above__gte", 0),
                            ("second_approval_above__gte", models.F("review_above")),
                        ),
                        name="payout_policy_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fee_per_mille__lte", 1000),
                            ("fx_margin_per_mille__lte", 1000),
                            ("withholding_per_mille__lte", 1000),
                        ),
                        name="payout_policy_shares",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("schedules__contains", [models.F("schedule")]),
                            ("schedules__contained_by", ["weekly", "monthly", "quarterly", "on_demand"]),
                        ),
                        name="payout_policy_schedules",
                        violation_error_message="The schedule is one of those that creators may choose.",
                    ),
                ],
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
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payout_preferences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                ],
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["owner", "-id"], name="payout_preference_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("currency", ""), ("minimum__isnull", True)),
                            models.Q(("minimum__gt", 0), models.Q(("currency", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="payout_preference_minimum",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("schedule__in", ["weekly", "monthly", "quarterly", "on_demand"])),
                        name="payout_preference_schedule",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PayoutRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=200, unique=True)),
                (
                    "reference",
                    models.CharField(
                        default=payouts.models.requests.new_reference,
                        editable=False,
                        max_length=30,
                        unique=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("in_review", "In review"),
                            ("on_hold", "On hold"),
                            ("approved", "Approved"),
                            ("remitting", "On its way"),
                            ("paid", "Paid"),
                            ("returned", "Returned"),
                            ("failed", "Failed"),
                            ("rejected", "Rejected"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="requested",
                        max_length=12,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("requested_at", models.DateTimeField()),
                ("gross_usd", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("gross", models.BigIntegerField()),
                ("fx_fee", models.BigIntegerField(default=0)),
                ("fee", models.BigIntegerField()),
                ("tax", models.BigIntegerField()),
                ("tax_per_mille", models.PositiveSmallIntegerField(default=0)),
                ("net", models.BigIntegerField()),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts",
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
                    "hold_entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.entry"
                    ),
                ),
                (
                    "method",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts",
                        to="payouts.payoutmethod",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts",
                        to="payouts.payoutpolicy",
                    ),
                ),
                (
                    "release_entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
                (
                    "reversal_entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
                (
                    "settlement_entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.entry",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "permissions": [
                    ("review_payout", "Can approve, hold and reject payouts"),
                    ("retry_payout", "Can retry and cancel payouts that failed"),
                ],
                "indexes": [
                    models.Index(fields=["state", "id"], name="payout_by_state"),
                    models.Index(fields=["creator", "-id"], name="payout_by_creator"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["approved", "failed", "in_review", "on_hold", "remitting", "requested"],
                            )
                        ),
                        fields=("creator",),
                        name="payout_one_open",
                        violation_error_message="You already have a payout on its way.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "net",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("gross"), "-", models.F("fx_fee")
                                        ),
                                        "-",
                                        models.F("fee"),
                                    ),
                                    "-",
                                    models.F("tax"),
                                ),
                            )
                        ),
                        name="payout_lines_add_up",
                    ),
                    models.CheckConstraint(
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
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "requested",
                                    "in_review",
                                    "on_hold",
                                    "approved",
                                    "remitting",
                                    "paid",
                                    "returned",
                                    "failed",
                                    "rejected",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="payout_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("settlement_entry__isnull", False), ("state__in", ("paid", "returned"))
                            ),
                            models.Q(
                                models.Q(("state__in", ("paid", "returned")), _negated=True),
                                ("settlement_entry__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="payout_settled_by_an_entry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reversal_entry__isnull", False), ("state__in", ("returned",))),
                            models.Q(
                                models.Q(("state__in", ("returned",)), _negated=True),
                                ("reversal_entry__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="payout_returned_by_an_entry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("release_entry__isnull", False),
                                ("state__in", ("rejected", "cancelled", "returned")),
                            ),
                            models.Q(
                                models.Q(("state__in", ("rejected", "cancelled", "returned")), _negated=True),
                                ("release_entry__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="payout_released_by_an_entry",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Clawback",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=200, unique=True)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("dispute", "A payment was claimed back"),
                            ("payout", "A payout should not have been made"),
                        ],
                        max_length=10,
                    ),
                ),
                ("diamonds", models.BigIntegerField()),
                ("diamond_rate", models.DecimalField(decimal_places=10, max_digits=20)),
                ("taken", models.BigIntegerField()),
                ("owed", models.BigIntegerField()),
                ("reason", models.CharField(help_text="The creator reads this.", max_length=500)),
                ("internal_note", models.TextField(blank=True, default="")),
                ("claimed_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawal_reason", models.CharField(blank=True, default="", max_length=500)),
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
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clawbacks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.entry"
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payout",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clawbacks",
                        to="payouts.payoutrequest",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "permissions": [("claw_back", "Can claw back paid payouts, and withdraw clawbacks")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("owed__gt", 0)), fields=["creator", "id"], name="clawback_owed"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("diamonds__gt", 0),
                            (
                                "diamonds__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("taken"), "+", models.F("owed")
                                ),
                            ),
                            ("owed__gte", 0),
                            ("taken__gte", 0),
                        ),
                        name="clawback_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True), ("owed", 0), _connector="OR"),
                        name="clawback_withdrawn_owes_nothing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cause", "payout"), ("payout__isnull", False)),
                            models.Q(("cause", "dispute"), ("payout__isnull", True)),
                            _connector="OR",
                        ),
                        name="clawback_of_a_payout",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClawbackRepayment",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("diamonds", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "clawback",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repayments",
                        to="payouts.clawback",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="repayment_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="e67765f7936f45bca5d274f1acda0a84443e615a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_repayment_append_only_06c94",
                            table="payouts_clawbackrepayment",
                            when="BEFORE",
                        ),
                    ),
                ],
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("diamonds__gt", 0)), name="repayment_amount")
                ],
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
                (
                    "payout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="payouts.payoutrequest",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                ],
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(fields=("payout", "unit"), name="payout_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gt", 0),
                            ("fx_rate__gt", 0),
                            ("gross__gte", 0),
                            ("rate__gt", 0),
                            ("worth__gte", 0),
                        ),
                        name="payout_line_amounts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PayoutEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "from_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("requested", "Requested"),
                            ("in_review", "In review"),
                            ("on_hold", "On hold"),
                            ("approved", "Approved"),
                            ("remitting", "On its way"),
                            ("paid", "Paid"),
                            ("returned", "Returned"),
                            ("failed", "Failed"),
                            ("rejected", "Rejected"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("in_review", "In review"),
                            ("on_hold", "On hold"),
                            ("approved", "Approved"),
                            ("remitting", "On its way"),
                            ("paid", "Paid"),
                            ("returned", "Returned"),
                            ("failed", "Failed"),
                            ("rejected", "Rejected"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=12,
                    ),
                ),
                ("code", models.CharField(blank=True, default="", max_length=40)),
                ("public_reason", models.TextField(blank=True, default="")),
                ("internal_note", models.TextField(blank=True, default="")),
                ("evidence", models.JSONField(blank=True, default=dict)),
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
                    "payout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="payouts.payoutrequest",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="payout_event_written_once",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="5bbe44619738bb0890d8c1d80b5155560b2c1b5c",
                            operation="UPDATE",
                            pgid="pgtrigger_payout_event_written_once_af9ac",
                            table="payouts_payoutevent",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="payout_event_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="27feecfca3f2b733e0c3a632cc245f8017dd4105",
                            operation="DELETE",
                            pgid="pgtrigger_payout_event_kept_f0058",
                            table="payouts_payoutevent",
                            when="BEFORE",
                        ),
                    ),
                ],
                "ordering": ("id",),
                "indexes": [models.Index(fields=["payout", "id"], name="payout_event_by_payout")],
            },
        ),
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
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pay_days",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payout",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pay_day",
                        to="payouts.payoutrequest",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
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
                    pgtrigger.compiler.Trigger(
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
                ],
                "ordering": ("-pay_date", "-id"),
                "constraints": [
                    models.UniqueConstraint(fields=("creator", "pay_date"), name="payout_pay_day_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("payout__isnull", False), models.Q(("gates", []), _negated=True), _connector="OR"
                        ),
                        name="payout_pay_day_skipped_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InternalNote",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=120, unique=True)),
                ("at", models.DateTimeField()),
                ("text", models.TextField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="internal_notes",
                        to="payouts.payoutrequest",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="internal_note_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="8557f6900c9c10a1468bf60fb47ba8d4f880b055",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_internal_note_kept_e1a42",
                            table="payouts_internalnote",
                            when="BEFORE",
                        ),
                    ),
                ],
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="internal_note_says_something"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("source", models.CharField(max_length=40)),
                ("day", models.DateField()),
                ("run_at", models.DateTimeField()),
                (
                    "asked",
                    models.CharField(
                        blank=True, default="", help_text="The function that read its file.", max_length=120
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("agrees", "Agrees"), ("differs", "Differs"), ("unavailable", "No file")],
                        max_length=12,
                    ),
                ),
                ("problem", models.TextField(blank=True, default="")),
                (
                    "ours",
                    models.PositiveIntegerField(
                        default=0, help_text="Movements that our rows know of that day."
                    ),
                ),
                (
                    "theirs",
                    models.PositiveIntegerField(default=0, help_text="Movements that the file tells of."),
                ),
                ("balances", models.JSONField(blank=True, default=dict)),
                (
                    "number",
                    models.PositiveIntegerField(
                        default=0, help_text="The statement's number; 0: it has none."
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        help_text="The bank's statement.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reconciliations",
                        to="payouts.bankmessage",
                    ),
                ),
            ],
            options={
                "ordering": ("-day", "source", "-id"),
                "indexes": [models.Index(fields=["source", "-day", "-id"], name="reconciliation_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["agrees", "differs", "unavailable"])),
                        name="reconciliation_outcome",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Remittance",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField()),
                ("rail", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("committed", "About to be sent"),
                            ("unknown", "Unknown"),
                            ("sent", "Sent"),
                            ("accepted", "Accepted"),
                            ("settled", "Settled"),
                            ("rejected", "Rejected"),
                            ("returned", "Returned"),
                        ],
                        default="committed",
                        max_length=10,
                    ),
                ),
                ("end_to_end_id", models.CharField(max_length=35, unique=True)),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("committed_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("rejected_at", models.DateTimeField(blank=True, null=True)),
                ("returned_at", models.DateTimeField(blank=True, null=True)),
                ("code", models.CharField(blank=True, default="", max_length=40)),
                ("problem", models.TextField(blank=True, default="")),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remittances",
                        to="payouts.paymentfile",
                    ),
                ),
                (
                    "payout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remittances",
                        to="payouts.payoutrequest",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["state", "id"], name="remittance_by_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("payout", "attempt"), name="remittance_attempt"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["accepted", "committed", "sent", "unknown"])),
                        fields=("payout",),
                        name="remittance_one_under_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "committed",
                                    "unknown",
                                    "sent",
                                    "accepted",
                                    "settled",
                                    "rejected",
                                    "returned",
                                ],
                            )
                        ),
                        name="remittance_state",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="remittance_amount"),
                    models.CheckConstraint(
                        condition=models.Q(("file__isnull", False), ("state", "rejected"), _connector="OR"),
                        name="remittance_in_a_file",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Recall",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("asked_at", models.DateTimeField()),
                ("attempted_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "Asked"), ("done", "Called back"), ("refused", "Refused")],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("problem", models.TextField(blank=True, default="")),
                ("receipt", models.JSONField(blank=True, default=dict)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "remittance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recalls",
                        to="payouts.remittance",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "permissions": [("recall_payout", "Can call payments back")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "refused"), _negated=True),
                        fields=("remittance",),
                        name="recall_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "done", "refused"])), name="recall_state"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HandRecord",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[("paid", "Paid"), ("refused", "Refused"), ("returned", "Returned")],
                        max_length=10,
                    ),
                ),
                ("booked_date", models.DateField()),
                ("bank_reference", models.CharField(blank=True, default="", max_length=70)),
                ("code", models.CharField(blank=True, default="", max_length=40)),
                ("words", models.CharField(blank=True, default="", max_length=500)),
                ("recorded_at", models.DateTimeField()),
                ("file", models.CharField(editable=False, max_length=100, unique=True)),
                ("content_type", models.CharField(max_length=40)),
                ("digest", models.CharField(help_text="SHA-256 of the receipt.", max_length=64)),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "remittance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hand_records",
                        to="payouts.remittance",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="hand_record_written_once",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="47ba438e6d3697930c392c12940f55faa19d03ee",
                            operation="UPDATE",
                            pgid="pgtrigger_hand_record_written_once_ecd70",
                            table="payouts_handrecord",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="hand_record_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="01187b4085adaccd4d26f4dcb7312fe687c2ada1",
                            operation="DELETE",
                            pgid="pgtrigger_hand_record_kept_507af",
                            table="payouts_handrecord",
                            when="BEFORE",
                        ),
                    ),
                ],
                "verbose_name": "record of a payment by hand",
                "verbose_name_plural": "records of payments by hand",
                "ordering": ("-id",),
                "permissions": [("pay_by_hand", "Can pay by hand, and record what the bank did")],
                "constraints": [
                    models.UniqueConstraint(fields=("remittance", "what"), name="hand_record_once"),
                    models.CheckConstraint(
                        condition=models.Q(("what__in", ["paid", "refused", "returned"])),
                        name="hand_record_what",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BatchItem",
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
                            ("planned", "To be paid"),
                            ("skipped", "Skipped"),
                            ("sent", "Sent"),
                            ("refused", "Refused"),
                            ("dropped", "Dropped"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("code", models.CharField(blank=True, default="", max_length=40)),
                ("reason", models.TextField(blank=True, default="")),
                ("last_amount", models.BigIntegerField(blank=True, null=True)),
                ("new_method", models.BooleanField(default=False)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="payouts.payoutbatch",
                    ),
                ),
                (
                    "payout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batch_items",
                        to="payouts.payoutrequest",
                    ),
                ),
                (
                    "remittance",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batch_item",
                        to="payouts.remittance",
                    ),
                ),
            ],
            options={
                "ordering": ("batch", "id"),
                "indexes": [models.Index(fields=["batch", "state"], name="batch_item_by_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "payout"), name="batch_item_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "planned")),
                        fields=("payout",),
                        name="batch_item_one_planned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["planned", "skipped", "sent", "refused", "dropped", "withdrawn"])
                        ),
                        name="batch_item_state",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="batch_item_amount"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sent"), _negated=True),
                            ("remittance__isnull", False),
                            _connector="OR",
                        ),
                        name="batch_item_sent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BankEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("status", "Status"),
                            ("debit", "Debit"),
                            ("credit", "Credit"),
                            ("return", "Return"),
                        ],
                        max_length=10,
                    ),
                ),
                ("end_to_end_id", models.TextField(blank=True, default="")),
                ("original_message_id", models.TextField(blank=True, default="")),
                ("status", models.TextField(blank=True, default="")),
                ("amount", models.BigIntegerField(blank=True, null=True)),
                ("currency", models.TextField(blank=True, default="")),
                ("account", models.TextField(blank=True, default="")),
                ("booked_date", models.DateField(blank=True, null=True)),
                ("bank_reference", models.TextField(blank=True, default="")),
                ("code", models.TextField(blank=True, default="")),
                ("text", models.TextField(blank=True, default="")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("applied", "Applied"),
                            ("repeated", "Known already"),
                            ("noted", "Needs nothing"),
                            ("parked", "Needs a person"),
                            ("by_hand", "Settled by a person"),
                            ("set_aside", "Set aside by a person"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("problem", models.TextField(blank=True, default="")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "note",
                    models.CharField(
                        blank=True, default="", help_text="Why a person decided so.", max_length=500
                    ),
                ),
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
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="payouts.bankmessage",
                    ),
                ),
                (
                    "remittance",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="payouts.remittance",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "bank entries",
                "ordering": ("-id",),
                "permissions": [("settle_bankentry", "Can settle bank entries by hand")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("outcome", "waiting")), fields=["id"], name="bank_entry_waiting"
                    ),
                    models.Index(fields=["outcome", "-id"], name="bank_entry_by_outcome"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("message", "position"), name="bank_entry_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="HandPayment",
            fields=[],
            options={
                "verbose_name": "payment by hand",
                "verbose_name_plural": "payments by hand",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("payouts.remittance",),
        ),
        migrations.CreateModel(
            name="RiskSignal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                ("label", models.CharField(max_length=100)),
                ("evidence", models.TextField()),
                (
                    "weight",
                    models.CharField(
                        choices=[("review", "Needs a person"), ("inform", "To know")], max_length=10
                    ),
                ),
                ("raised_at", models.DateTimeField()),
                (
                    "payout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signals",
                        to="payouts.payoutrequest",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="risk_signal_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="8e288a50c031a164fbe7f08ebfdbe476fa1dee99",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_risk_signal_kept_f8fa0",
                            table="payouts_risksignal",
                            when="BEFORE",
                        ),
                    ),
                ],
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(fields=("payout", "code"), name="risk_signal_once"),
                    models.CheckConstraint(
                        condition=models.Q(("weight__in", ["review", "inform"])), name="risk_signal_weight"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SelfBillingInvoice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("issued_at", models.DateTimeField()),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("supplier_name", models.CharField(max_length=140)),
                ("supplier_country", models.CharField(blank=True, default="", max_length=2)),
                ("customer_name", models.CharField(max_length=140)),
                ("customer_details", models.TextField(blank=True, default="")),
                (
                    "credits",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credited_by",
                        to="payouts.selfbillinginvoice",
                    ),
                ),
                (
                    "identity",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payouts.identityversion",
                    ),
                ),
                (
                    "payout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="payouts.payoutrequest",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="payouts.invoiceseries",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="invoice_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="6e14d8411b5aac232b39434c363ee771c0e0705a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_invoice_append_only_2f5ad",
                            table="payouts_selfbillinginvoice",
                            when="BEFORE",
                        ),
                    ),
                ],
                "verbose_name": "self-billing invoice",
                "ordering": ("-id",),
                "permissions": [("export_taxes", "Can take the yearly reports to tax offices")],
                "constraints": [
                    models.UniqueConstraint(fields=("series", "number"), name="invoice_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("credits__isnull", True)),
                        fields=("payout",),
                        name="invoice_of_payout_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__gt", 0), ("credits__isnull", True)),
                            models.Q(("amount__lt", 0), ("credits__isnull", False)),
                            _connector="OR",
                        ),
                        name="invoice_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("credits", models.F("id")), _negated=True),
                        name="invoice_credits_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SharedMessage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=120, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("message", "Message"), ("question", "Question"), ("answer", "Answer")],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("text", models.TextField()),
                (
                    "answers",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer",
                        to="payouts.sharedmessage",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="payouts.payoutrequest",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="shared_message_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="62ea24916ff0ef92f327d2b9e1cf8b854cd93f09",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_shared_message_kept_cdc2a",
                            table="payouts_sharedmessage",
                            when="BEFORE",
                        ),
                    ),
                ],
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="shared_message_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answers__isnull", False), ("kind", "answer")),
                            models.Q(("answers__isnull", True), ("kind__in", ["message", "question"])),
                            _connector="OR",
                        ),
                        name="shared_message_answers_a_question",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("first_date", models.DateField()),
                ("until_date", models.DateField(help_text="The first day that is not on it.")),
                ("recorded_until", models.DateTimeField()),
                ("sealed_at", models.DateTimeField()),
                ("content", models.TextField()),
                ("seal", models.CharField(max_length=64, unique=True)),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "previous",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="next",
                        to="payouts.statement",
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="statement_append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="6f5db0877caef1021d5f5a2e3e69fb68a34d1b52",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_statement_append_only_ad66e",
                            table="payouts_statement",
                            when="BEFORE",
                        ),
                    ),
                ],
                "ordering": ("-first_date",),
                "constraints": [
                    models.UniqueConstraint(fields=("creator", "first_date"), name="statement_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("previous__isnull", True)),
                        fields=("creator",),
                        name="statement_one_first",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first_date__lt", models.F("until_date"))), name="statement_days"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StripeAccount",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("country", models.CharField(max_length=2)),
                ("reference", models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ("opened_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stripe_accounts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "country"), name="stripe_account_one_per_country"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaxForm",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=200, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("w9", "Form W-9"),
                            ("w8ben", "Form W-8BEN"),
                            ("dac7", "EU tax self-declaration"),
                        ],
                        max_length=10,
                    ),
                ),
                ("country", models.CharField(max_length=2)),
                ("name", ledger.encryption.EncryptedTextField()),
                (
                    "tax_class",
                    models.CharField(
                        choices=[
                            ("individual", "Individual or sole proprietor"),
                            ("c_corporation", "C corporation"),
                            ("s_corporation", "S corporation"),
                            ("partnership", "Partnership"),
                            ("trust", "Trust or estate"),
                            ("llc", "Limited liability company"),
                        ],
                        default="individual",
                        max_length=20,
                    ),
                ),
                ("number", ledger.encryption.EncryptedTextField(blank=True, default="")),
                ("masked", models.CharField(blank=True, default="", max_length=40)),
                ("digest", models.CharField(blank=True, db_index=True, default="", max_length=64)),
                ("no_number_reason", models.CharField(blank=True, default="", max_length=200)),
                ("vat_number", ledger.encryption.EncryptedTextField(blank=True, default="")),
                (
                    "backup_withholding",
                    models.BooleanField(
                        default=False, help_text="The IRS told the creator that it applies to them."
                    ),
                ),
                (
                    "works_in_us",
                    models.BooleanField(default=False, help_text="Some of the work is done inside the US."),
                ),
                ("signature", ledger.encryption.EncryptedTextField()),
                ("signed_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("signed", "In force"),
                            ("rejected", "Not accepted"),
                            ("superseded", "Replaced"),
                        ],
                        default="signed",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, default="")),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tax_forms",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="tax_form_written_once",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."creator_id" IS DISTINCT FROM (NEW."creator_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."country" IS DISTINCT FROM (NEW."country") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."tax_class" IS DISTINCT FROM (NEW."tax_class") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."masked" IS DISTINCT FROM (NEW."masked") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."no_number_reason" IS DISTINCT FROM (NEW."no_number_reason") OR OLD."vat_number" IS DISTINCT FROM (NEW."vat_number") OR OLD."backup_withholding" IS DISTINCT FROM (NEW."backup_withholding") OR OLD."works_in_us" IS DISTINCT FROM (NEW."works_in_us") OR OLD."signature" IS DISTINCT FROM (NEW."signature") OR OLD."signed_at" IS DISTINCT FROM (NEW."signed_at") OR OLD."expires_at" IS DISTINCT FROM (NEW."expires_at"))',
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                            hash="30d1dc8961733d312d166227e1fbbc557aafc1c4",
                            operation="UPDATE",
                            pgid="pgtrigger_tax_form_written_once_63500",
                            table="payouts_taxform",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="tax_form_kept",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                            hash="5a0cf4af1d3ea72a34a999f858619e33e4024c8a",
                            operation="DELETE",
                            pgid="pgtrigger_tax_form_kept_6891e",
                            table="payouts_taxform",
                            when="BEFORE",
                        ),
                    ),
                ],
                "ordering": ("-id",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "signed")),
                        fields=("creator",),
                        name="tax_form_one_in_force",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["signed", "rejected", "superseded"])),
                        name="tax_form_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("digest", ""), ("masked", "")),
                            models.Q(
                                models.Q(("masked", ""), _negated=True),
                                models.Q(("digest", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="tax_form_number_is_found_again",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("masked", ""), _negated=True),
                            models.Q(("kind", "w8ben"), models.Q(("no_number_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="tax_form_number_or_reason",
                    ),
                ],
            },
        ),
    ]
