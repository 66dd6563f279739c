from django.urls import path

from payouts.views import clawbacks, methods, payouts, stripe_accounts

app_name = "payouts"
urlpatterns: list = [
    path("studio/payouts/", payouts.payouts, name="payouts"),
    path("studio/payouts/new/", payouts.new, name="new"),
    path("studio/payouts/quote/", payouts.quote, name="quote"),
    path("studio/payouts/<uuid:payout_id>/", payouts.payout, name="payout"),
    path("studio/payouts/<uuid:payout_id>/cancel/", payouts.cancel, name="cancel"),
    path("studio/clawbacks/", clawbacks.clawbacks, name="clawbacks"),
    path("studio/methods/", methods.methods, name="methods"),
    path("studio/methods/add/", methods.add, name="add_method"),
    path("studio/methods/add/<slug:kind>/", methods.add, name="add_method_of"),
    path("studio/methods/stripe/", stripe_accounts.stripe_account, name="stripe_account"),
    path("studio/methods/stripe/start/", stripe_accounts.onboard, name="start_stripe_account"),
    path("studio/methods/stripe/use/", stripe_accounts.use, name="use_stripe_account"),
    path("studio/methods/<uuid:method_id>/retire/", methods.retire, name="retire_method"),
]
