"""Who takes the viewers' money, and where it shows its checkout.

The sandbox takes none, and so is known only where the demo is; Stripe only with both of its secrets: an empty
one would sign anything.
"""

from django.core.exceptions import ImproperlyConfigured

from portal.settings.environment import DEMO, STATE, env
from wallets.providers.sandbox import defaults as sandbox

checkout_origins: list[str] = []
PAYMENT_PROVIDERS: dict[str, str] = {}
PAYMENT_PROVIDER = env.str("PAYMENT_PROVIDER", default="sandbox" if DEMO else "stripe")
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="https://api.stripe.com")
STRIPE_CHECKOUT_ORIGIN = env.str("STRIPE_CHECKOUT_ORIGIN", default="https://checkout.stripe.com")
if STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET:
    PAYMENT_PROVIDERS["stripe"] = "wallets.providers.stripe.adapter.StripeProvider"
    checkout_origins.append(STRIPE_CHECKOUT_ORIGIN)
if DEMO:
    CHECKOUT_PORT = env.int("CHECKOUT_PORT", default=sandbox.PORT)
    SANDBOX_CHECKOUT_URL = env.str("SANDBOX_CHECKOUT_URL", default=f"http://127.0.0.1:{CHECKOUT_PORT}")
    SANDBOX_CHECKOUT_FILE = STATE / "checkout" / "checkouts.sqlite3"
    SANDBOX_CHECKOUT_KEY = env.str("SANDBOX_CHECKOUT_KEY", default=sandbox.KEY)
    SANDBOX_WEBHOOK_SECRET = env.str("SANDBOX_WEBHOOK_SECRET", default=sandbox.SECRET)
    PAYMENT_PROVIDERS["sandbox"] = "wallets.providers.sandbox.adapter.SandboxProvider"
    checkout_origins.append(SANDBOX_CHECKOUT_URL)
if PAYMENT_PROVIDER not in PAYMENT_PROVIDERS:
    raise ImproperlyConfigured(
        f"PAYMENT_PROVIDER is {PAYMENT_PROVIDER!r}: stripe needs STRIPE_SECRET_KEY and "
        "STRIPE_WEBHOOK_SECRET, sandbox needs DEMO."
    )
