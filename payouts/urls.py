from django.urls import path

from payouts.views import (
    clawbacks,
    methods,
    payouts,
    requests,
    schedule,
    simulator,
    stripe_accounts,
    tax_forms,
    verification,
)

app_name = "payouts"
urlpatterns: list = [
    path("studio/payouts/", payouts.payouts, name="payouts"),
    path("studio/payouts/new/", requests.new, name="new"),
    path("studio/payouts/quote/", requests.quote, name="quote"),
    path("studio/payouts/schedule/", schedule.schedule, name="schedule"),
    path("studio/payouts/simulator/", simulator.simulator, name="simulator"),
    path("studio/payouts/<uuid:payout_id>/", payouts.payout, name="payout"),
    path("studio/payouts/<uuid:payout_id>/cancel/", payouts.cancel, name="cancel"),
    path("studio/clawbacks/", clawbacks.clawbacks, name="clawbacks"),
    path("studio/verification/", verification.overview, name="verification"),
    path("studio/verification/documents/", verification.documents, name="documents"),
    path(
        "studio/verification/documents/<uuid:document_id>/withdraw/",
        verification.withdraw,
        name="withdraw_document",
    ),
    path("studio/verification/identity/<str:kind>/", verification.details, name="identity"),
    path("studio/verification/tax/", tax_forms.tax_form, name="tax_form"),
    path("studio/methods/", methods.methods, name="methods"),
    path("studio/methods/add/", methods.add, name="add_method"),
    path("studio/methods/add/<slug:kind>/", methods.add, name="add_method_of"),
    path("studio/methods/stripe/", stripe_accounts.stripe_account, name="stripe_account"),
    path("studio/methods/stripe/start/", stripe_accounts.onboard, name="start_stripe_account"),
    path("studio/methods/stripe/use/", stripe_accounts.use, name="use_stripe_account"),
    path("studio/methods/<uuid:method_id>/retire/", methods.retire, name="retire_method"),
]
