"""A small Stripe without money, of the part of its protocol that payouts use: connected accounts with their
onboarding page, transfers, reversals and events. The demo runs it (`python -m payouts.rails.stripe.sandbox`),
and the tests do. It knows nothing of the portal's settings."""

KEY = "sk_test_sandbox"
PORT = 8094
