"""A small payment provider without money: a site of its own, in its own process, that keeps checkouts, lets a
buyer pay, be declined or walk away, and tells the shop by signed webhooks.

`python -m wallets.providers.sandbox.site` runs it. It reads `CHECKOUT_PORT`, `SANDBOX_CHECKOUT_KEY`,
`SANDBOX_WEBHOOK_SECRET` and `PORTAL_STATE` from the environment and knows nothing of the portal's settings.
"""
