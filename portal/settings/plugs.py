"""Where one app needs what another knows, it asks through the dotted paths named here."""

# Functions that compare a product's own rows with the books; `audit_books` runs them.
LEDGER_AUDITS: list[str] = [
    "wallets.audit.audit_purchases",
    "wallets.audit.audit_gifts",
    "wallets.audits.giving.audit_giving",
    "wallets.audits.challenges.audit_challenges",
    "wallets.audits.promotions.audit_promotions",
    "wallets.audits.recoveries.audit_recoveries",
    "payouts.audit.audit_payouts",
    "payouts.audits.clawbacks.audit_clawbacks",
    "payouts.audits.invoices.audit_invoices",
    "payouts.audits.batches.audit_batches",
    "payouts.audits.statements.audit_statements",
    "partnerships.audits.income.audit_income",
    "partnerships.audits.affiliate.audit_affiliate",
    "partnerships.audits.merch.audit_merch",
    "partnerships.audits.programmes.audit_programmes",
    "partnerships.audits.deals.audit_deal_invoices",
]
# Functions that may refuse a rate before it is announced.
LEDGER_RATE_RULES: list[str] = ["wallets.policy.rates.refuse_profitable_rate"]
# Functions of a rate that tell staff, before they confirm it, what it will do: pairs of a name and a value.
LEDGER_RATE_PREVIEWS: list[str] = ["wallets.policy.rates.preview_rate"]

# Whether a creator was ever paid: diamonds clear faster after that.
FIRST_PAYOUT_DONE = "payouts.queries.has_been_paid"

# What becomes available to a creator on each of the coming days: a function of the creator's id and a moment.
PAYOUT_CLEARING = "wallets.queries.reserve.reserve_calendar"

# How old somebody has to be in a country, in years: to be paid, too.
ADULT_AGE = "wallets.ages.adult_age"

# What statements call the movements of creators' accounts: tables of words by kind of entry.
MOVEMENT_WORDS = [
    "payouts.movement_words.WORDS",
    "wallets.movement_words.WORDS",
    "partnerships.movement_words.WORDS",
]
# What asks creators for released gifts whose payment was lost, and what gives them back.
CREATOR_CLAWBACK = "payouts.operations.clawbacks.claim_disputed"
CREATOR_CLAWBACK_WITHDRAWN = "payouts.operations.clawbacks.withdraw_disputed"

# How the products tell people of something, and what each of them has to tell.
NOTIFIER = "portal.operations.notices.notify"
NOTICE_KINDS = [
    "payouts.notices.KINDS",
    "wallets.notices.KINDS",
    "partnerships.notices.KINDS",
    "portal.personal_notices.KINDS",
    "portal.webhook_notices.KINDS",
]

# What each app keeps about people: lists of `ledger.personal_data.Kept`. People get it when they ask for
# their data, and it is erased, or kept as a law says, when they leave.
PERSONAL_DATA = [
    "portal.personal_data.KEPT",
    "ledger.owned_data.KEPT",
    "wallets.personal_data.KEPT",
    "payouts.personal_data.KEPT",
    "partnerships.personal_data.KEPT",
]
# What somebody who wants to leave has to know: functions of a person and a moment that return
# `ledger.leaving.Matter`s. And what empties their accounts when they have left: functions of the person, a
# key and a moment, in this order.
CLOSURE_MATTERS = [
    "portal.queries.closing.matters",
    "payouts.gates.leaving.matters",
    "partnerships.queries.leaving.matters",
    "wallets.queries.leaving.matters",
]
CLOSURE_SETTLEMENTS = [
    "wallets.operations.leaving.settle",
    "payouts.operations.leaving.settle",
    "partnerships.operations.leaving.settle",
]

# How the products tell programs of something, and what each of them has to tell.
PUBLISHER = "portal.operations.webhook_events.publish"
WEBHOOK_TYPES = [
    "payouts.webhooks.TYPES",
    "wallets.webhooks.TYPES",
    "partnerships.webhooks.TYPES",
    "portal.webhook_types.TYPES",
]
# Functions of a day that compare a product's rows with the file of who holds its money.
RECONCILED_FILES = [
    "wallets.operations.provider_files.compare",
    "payouts.operations.stripe_transfers.compare",
]

# What a reviewer is told about a payout: functions of the payout that return {"label", "evidence"} or None,
# and whether what they find needs a person ("review") or is to be known ("inform").
PAYOUT_RISK_SIGNALS = {
    "payouts.risk.first_payout": "review",
    "payouts.risk.new_method": "review",
    "payouts.risk.velocity": "inform",
    "payouts.risk.shared_method": "review",
    "payouts.risk.shared_papers": "review",
    "payouts.risk.name_mismatch": "review",
    "payouts.risk.above_earlier": "review",
    "wallets.risk.gift_concentration": "review",
    "wallets.risk.disputed_purchases": "review",
    "portal.risk.shared_places": "review",
}
# Which kinds of places, of those whose digests are told, somebody has logged in from: a function of their id
# and the digests. For affiliate orders that a creator may have made themselves.
AFFILIATE_PLACES = "portal.queries.sightings.seen_at"
# Which other accounts may be the same person's: functions of a creator's id that return {person's id: tie}.
PAYOUT_RELATED_ACCOUNTS = [
    "payouts.queries.related.same_account",
    "payouts.queries.related.same_tax_number",
    "payouts.queries.related.same_document",
    "portal.queries.sightings.same_place",
]
