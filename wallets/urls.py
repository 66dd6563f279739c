from django.urls import path

from wallets.views import hooks, purchases

app_name = "wallets"
urlpatterns: list = [
    path("wallet/purchases/<uuid:pk>/", purchases.purchase, name="purchase"),
    path("hooks/payments/<slug:provider>/", hooks.payment_hook, name="payment_hook"),
]
