"""The bank, and the accounts at Stripe, that payouts leave through, and when they do."""

import environ
from django.core.exceptions import ImproperlyConfigured

from payouts.rails.stripe import sandbox
from portal.settings.checkout import STRIPE_API_BASE
from portal.settings.environment import DEBUG, DEMO, SITE_NAME, boolean, env

# Hours (UTC) of business days at which approved payouts are put together into batches.
PAYOUT_CUT_OFF_HOURS = env.str("PAYOUT_CUT_OFF_HOURS", default="8,12")
PAYOUT_CUT_OFFS_ON_ANY_DAY = DEMO  # whoever tries the portal on a Sunday need not wait for Monday
# Whether somebody approves each batch before it is sent; its payouts have been approved one by one before.
PAYOUT_BATCHES_NEED_APPROVAL = boolean("PAYOUT_BATCHES_NEED_APPROVAL", True)
# Form 1099-NEC starts at so many US dollars in a year: 26 USC 6041A; 2,000 from 2026 on by Public Law 119-21,
# section 70433, indexed from 2027 on: announced each autumn.
TAX_1099_NEC_FROM_USD = {2025: 600, 2026: 2_000}

# Without a bank nobody can ask for a payout, and approved ones wait.
BANK_PORT = env.int("BANK_PORT", default=8090)
BANK_URL = env.str("BANK_URL", default=f"http://127.0.0.1:{BANK_PORT}" if DEBUG else "")
BANK_CONNECTION = env.str("BANK_CONNECTION", default="http" if BANK_URL else "")
if BANK_CONNECTION not in ("", "http", "folder", "hand"):
    raise ImproperlyConfigured(f"BANK_CONNECTION is {BANK_CONNECTION!r}, none of http, folder, hand.")
# Below it, where the bank tells whether it has a payment, and where it lays out its messages.
BANK_QUESTION_PATH = env.str(
    "BANK_QUESTION_PATH", default="/_mock/payments/{reference}?all" if DEBUG else "/payments/{reference}"
)
BANK_MAILBOX_PATH = env.str("BANK_MAILBOX_PATH", default="/_mock/mailbox?leave" if DEBUG else "/messages")
BANK_USER = env.str("BANK_USER", default="")
BANK_PASSWORD = env.str("BANK_PASSWORD", default="")
_with_folder = environ.Env.NOTSET if BANK_CONNECTION == "folder" else ""
BANK_FOLDER_OUT = env.str("BANK_FOLDER_OUT", default=_with_folder)
BANK_FOLDER_IN = env.str("BANK_FOLDER_IN", default=_with_folder)
# The accounts that we pay from: in euros and, where there is one, in dollars. In the demo those of its bank.
BANK_NAME = env.str("BANK_NAME", default="MOCK BANK" if DEBUG else "")
BANK_ACCOUNT_NAME = env.str("BANK_ACCOUNT_NAME", default=SITE_NAME)
BANK_ACCOUNT_IBAN = env.str(
    "BANK_ACCOUNT_IBAN",
    default="NL41MOCK0000000001" if DEBUG else environ.Env.NOTSET if BANK_CONNECTION else "",
)
BANK_ACCOUNT_BIC = env.str("BANK_ACCOUNT_BIC", default="MOCKNL2A" if DEBUG else "")
BANK_DOLLAR_NUMBER = env.str("BANK_DOLLAR_NUMBER", default="0000000005" if DEBUG else "")
BANK_DOLLAR_ROUTING = env.str("BANK_DOLLAR_ROUTING", default="999999992" if DEBUG else "")
BANK_DOLLAR_ACCOUNT = env.str("BANK_DOLLAR_ACCOUNT", default="NL30MOCK0000000005" if DEBUG else "")
PAYOUT_RAILS = {"sepa": "payouts.rails.sepa.rail.SepaRail"} if BANK_CONNECTION else {}
if BANK_CONNECTION and BANK_DOLLAR_NUMBER and BANK_DOLLAR_ROUTING:
    PAYOUT_RAILS["ach"] = "payouts.rails.ach.rail.AchRail"
PAYOUT_RAILS["manual"] = "payouts.rails.manual.ManualRail"

# Accounts of creators at Stripe, and transfers to them. The demo has a small Stripe of its own.
STRIPE_PORT = env.int("STRIPE_PORT", default=sandbox.PORT)
STRIPE_CONNECT_SECRET_KEY = env.str("STRIPE_CONNECT_SECRET_KEY", default=sandbox.KEY if DEMO else "")
_SANDBOX_OF_STRIPE = DEMO and STRIPE_CONNECT_SECRET_KEY == sandbox.KEY
STRIPE_CONNECT_API_BASE = (
    env.str("STRIPE_SANDBOX_URL", default=f"http://127.0.0.1:{STRIPE_PORT}")
    if _SANDBOX_OF_STRIPE
    else STRIPE_API_BASE
)
# Where creators fill in what Stripe asks of them; our form may send them there.
STRIPE_CONNECT_ORIGIN = STRIPE_CONNECT_API_BASE if _SANDBOX_OF_STRIPE else "https://connect.stripe.com"
# The country of our own account there, and the currencies in which it holds a balance.
STRIPE_CONNECT_COUNTRY = env.str("STRIPE_CONNECT_COUNTRY", default="DE")
STRIPE_CONNECT_CURRENCIES = env.list(
    "STRIPE_CONNECT_CURRENCIES", default=["EUR", "USD", "GBP", "CAD", "AUD", "JPY"]
)
account_origins: list[str] = []
if STRIPE_CONNECT_SECRET_KEY:
    PAYOUT_RAILS["stripe"] = "payouts.rails.stripe.rail.StripeRail"
    account_origins.append(STRIPE_CONNECT_ORIGIN)
