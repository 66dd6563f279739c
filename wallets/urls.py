from django.urls import path

from wallets.handles import HANDLE
from wallets.views import challenges, creators, gifts, hooks, judging, purchases, streams, wallet

app_name = "wallets"
urlpatterns: list = [
    path("wallet/", wallet.wallet, name="wallet"),
    path("wallet/standing/", wallet.wallet_standing, name="wallet_standing"),
    path("wallet/history/", wallet.history, name="history"),
    path("wallet/buy/", purchases.buy, name="buy"),
    path("wallet/buy/about/", purchases.about, name="buy_about"),
    path("wallet/buy/amount/", purchases.amount, name="buy_amount"),
    path("wallet/purchases/<uuid:pk>/", purchases.purchase, name="purchase"),
    path("wallet/purchases/<uuid:pk>/again/", purchases.again, name="purchase_again"),
    path("wallet/purchases/<uuid:pk>/receipt.pdf", purchases.receipt, name="receipt"),
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
    path("challenges/", challenges.challenges, name="challenges"),
    path("challenges/<slug:slug>/", challenges.challenge, name="challenge"),
    path("challenges/<slug:slug>/join/", challenges.join_challenge, name="join_challenge"),
    path("challenges/<slug:slug>/check-in/", challenges.check_in_today, name="check_in"),
    path("challenges/<slug:slug>/submissions/", challenges.send_in, name="send_in"),
    path("challenges/<slug:slug>/claim/", challenges.claim_reward, name="claim_reward"),
    path("studio/challenges/", judging.judged_challenges, name="judged_challenges"),
    path("studio/challenges/<slug:slug>/", judging.judging, name="judging"),
    path("studio/challenges/<slug:slug>/<uuid:pk>/", judging.judge_submission, name="judge"),
    path("hooks/payments/<slug:provider>/", hooks.payment_hook, name="payment_hook"),
]
