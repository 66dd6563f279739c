"""What payouts keep about creators, and what becomes of it when they leave.

Who was never paid has nothing that a law asks to be kept: all of it goes at once.
"""

import uuid

from django.db.models import F, QuerySet

from ledger.personal_data import BOOKS, STAFF, Goes, Kept, Law, Overwritten, Stays
from payouts.models import PayoutEvent

IDENTITY = Law(
    "Who was paid: 5 years after the end of the business, Directive (EU) 2015/849, Art. 40.",
    years=5,
    binds="payouts.queries.leaving.ever_sent",
)
TAX = Law(
    "What was paid to whom: 10 years, the longest of Abgabenordnung § 147 (3) and of Directive (EU) "
    "2021/514, Annex V, section III.",
    years=10,
    binds="payouts.queries.leaving.ever_sent",
)


def _public_events(person_id: uuid.UUID) -> QuerySet[PayoutEvent]:
    """`payouts.queries.public_events_of`, of all payouts."""
    rows = PayoutEvent.objects.filter(payout__creator=person_id).exclude(from_state=F("to_state"))
    return rows.order_by("id")


KEPT = (
    Kept(
        model="payouts.IdentityVersion",
        owner="creator",
        file="verification/identity",
        about="Everything you said about who you are, version by version.",
        left_out=("key", "internal_note"),
        leaving=Overwritten(
            {
                "legal_name": "",
                "birth_date": "1900-01-01",
                "street": "",
                "postal_code": "",
                "city": "",
                "company_name": "",
                "registration_number": "",
                "remark": "",
                "reason": "",
                "internal_note": "",
            },
            IDENTITY,
        ),
    ),
    Kept(
        model="payouts.DocumentAccess",
        owner="document__owner",
        file="verification/document_views",
        about="When somebody on our staff looked at a paper of yours.",
        leaving=Goes(IDENTITY),
    ),
    Kept(
        model="payouts.IdentityVersion_documents",
        owner="identitydocument__owner",
        file="verification/papers_of_versions",
        about="Which papers came with which version.",
        leaving=Goes(IDENTITY),
    ),
    Kept(
        model="payouts.IdentityDocument",
        owner="owner",
        file="verification/papers",
        about="Your papers; the files are in the folder of the same name.",
        left_out=("file", "digest"),
        vault="file",
        leaving=Goes(IDENTITY),
    ),
    Kept(
        model="payouts.InformationRequest",
        owner="version__creator",
        file="verification/questions",
        about="What our staff asked about your papers.",
        leaving=Overwritten({"question": ""}, IDENTITY),
    ),
    Kept(
        model="payouts.TaxForm",
        owner="creator",
        file="verification/tax_forms",
        about="Tax forms you signed, with the whole numbers.",
        left_out=("key", "digest", "masked"),
        leaving=Goes(TAX),
    ),
    Kept(
        model="payouts.PayoutMethod",
        owner="owner",
        file="payouts/methods",
        about="Accounts you wanted to be paid to, with the whole numbers. Keep this file safe.",
        left_out=("fingerprint",),
        leaving=Overwritten(
            {"holder": "", "details": {}, "masked": "erased", "bank_name": "", "fingerprint": ""}, TAX
        ),
    ),
    Kept(
        model="payouts.StripeAccount",
        owner="owner",
        file="payouts/stripe_accounts",
        about="Your accounts at Stripe.",
        leaving=Goes(TAX),
    ),
    Kept(
        model="payouts.DestinationPause",
        owner="method__owner",
        file="payouts/paused_accounts",
        about="Accounts of yours that payments did not reach.",
        left_out=("fingerprint", "reason"),
        leaving=Stays("It keeps money from going where it does not arrive, whoever's account it is."),
    ),
    Kept(
        model="payouts.PayoutRequest",
        owner="creator",
        file="payouts/payouts",
        about="Payouts you asked for: net = gross - fx_fee - fee - tax, in the currency's smallest part.",
        left_out=("key",),
        leaving=BOOKS,
    ),
    Kept(
        model="payouts.PayoutLine",
        owner="payout__creator",
        file="payouts/lines",
        about="What each payout was made of: diamonds (hundredths) or cash, at which rate.",
        leaving=BOOKS,
    ),
    Kept(
        model="payouts.PayoutEvent",
        find=_public_events,
        file="payouts/events",
        about="What happened to your payouts, and why.",
        left_out=("internal_note", "evidence"),
        leaving=BOOKS,
    ),
    Kept(
        model="payouts.SharedMessage",
        owner="payout__creator",
        file="payouts/messages",
        about="What you and our staff wrote to each other about payouts.",
        left_out=("key",),
        leaving=Goes(TAX),
    ),
    Kept(
        model="payouts.InternalNote",
        owner="payout__creator",
        about="Notes by which our staff decide: they would tell how fraud is found.",
        leaving=Goes(TAX),
    ),
    Kept(
        model="payouts.RiskSignal",
        owner="payout__creator",
        about="Signals by which fraud is found: they would tell how.",
        leaving=Goes(IDENTITY),
    ),
    Kept(
        model="payouts.Remittance",
        owner="payout__creator",
        file="payouts/payments",
        about="Payments we sent to your accounts.",
        left_out=("problem",),
        leaving=BOOKS,
    ),
    Kept(
        model="payouts.BankEntry",
        owner="remittance__payout__creator",
        file="payouts/words_of_the_bank",
        about="What the bank said about payments to you.",
        left_out=("message", "original_message_id", "account", "problem", "note"),
        leaving=BOOKS,
    ),
    Kept(
        model="payouts.Recall",
        owner="remittance__payout__creator",
        file="payouts/recalls",
        about="Payments to you that we called back.",
        left_out=("problem", "receipt"),
        leaving=BOOKS,
    ),
    Kept(
        model="payouts.HandRecord",
        owner="remittance__payout__creator",
        about="Our own bank's receipts for payments made by hand: payouts/payments has these.",
        leaving=BOOKS,
    ),
    Kept(
        model="payouts.BatchItem",
        owner="payout__creator",
        about="Which payouts were sent together: other people's are among them.",
        leaving=BOOKS,
    ),
    Kept(
        model="payouts.Clawback",
        owner="creator",
        file="payouts/clawbacks",
        about="What we claimed back, in hundredths of diamonds.",
        left_out=("key", "internal_note"),
        leaving=BOOKS,
    ),
    Kept(
        model="payouts.ClawbackRepayment",
        owner="clawback__creator",
        file="payouts/clawback_repayments",
        about="What repaid it.",
        leaving=BOOKS,
    ),
    Kept(
        model="payouts.InvoiceSeries",
        owner="creator",
        file="payouts/invoice_series",
        about="How your self-billing invoices are numbered.",
        leaving=BOOKS,
    ),
    Kept(
        model="payouts.SelfBillingInvoice",
        owner="series__creator",
        file="payouts/self_billing_invoices",
        about="Invoices that we wrote for you. `amount` is in the smallest part of the currency.",
        leaving=Overwritten({"supplier_name": ""}, TAX),
    ),
    Kept(
        model="payouts.PayDay",
        owner="creator",
        file="payouts/pay_days",
        about="Pay days, and why one was skipped.",
        leaving=BOOKS,
    ),
    Kept(
        model="payouts.PayoutPreference",
        owner="owner",
        file="payouts/preferences",
        about="When, from what amount and in which currency you wanted to be paid.",
        leaving=Goes(),
    ),
    Kept(
        model="payouts.Statement",
        owner="creator",
        file="payouts/statements",
        about="Your monthly statements; each as a CSV file is in the folder of the same name.",
        left_out=("content",),
        text="content",
        leaving=Goes(TAX),
    ),
    *(
        Kept(model=f"payouts.{name}", about="Who on staff did something with it.", leaving=STAFF)
        for name in (
            "PayoutBatch",
            "PaymentFile",
            "PayoutStop",
            "BankMessage",
            "Reconciliation",
            "Difference",
        )
    ),
)
