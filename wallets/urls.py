from django.urls import path

from wallets.handles import HANDLE
from wallets.views import creators, gifts, hooks, purchases, streams, wallet

app_name = "wallets"
urlpatterns: list = [
    path("wallet/", wallet.wallet, name="wallet"),
    path("wallet/standing/", wallet.wallet_standing, name="wallet_standing"),
    path("wallet/history/", wallet.history, name="history"),
    path("wallet/buy/", purchases.buy, name="buy"),
    path("wallet/purchases/<uuid:pk>/", purchases.purchase, name="purchase"),
    path("wallet/purchases/<uuid:pk>/standing/", purchases.purchase_standing, name="purchase_standing"),
    path("wallet/purchases/<uuid:pk>/checkout/", purchases.purchase_checkout, name="purchase_checkout"),
    path(f"c/{HANDLE}/", creators.creator, name="creator"),
    path(f"c/{HANDLE}/latest/", creators.latest_gifts, name="latest_gifts"),
    path(f"c/{HANDLE}/preview/", gifts.preview, name="gift_preview"),
    path(f"c/{HANDLE}/gifts/", gifts.send, name="send_gift"),
    path("studio/gifts/", gifts.received, name="received"),
    path("studio/live/", streams.live, name="live"),
    path("studio/live/<uuid:pk>/", streams.stream, name="stream"),
    path("studio/live/<uuid:pk>/end/", streams.end, name="end_stream"),
    path("hooks/payments/<slug:provider>/", hooks.payment_hook, name="payment_hook"),
]
