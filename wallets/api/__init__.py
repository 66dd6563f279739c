"""The wallets' part of the API. Views call the same operations as the pages."""

from django.urls import path

from wallets.api import (
    challenges,
    coins,
    gift_settings,
    gifts,
    judging,
    limits,
    movements,
    overlays,
    previews,
    refunds,
    streams,
    tips,
)
from wallets.handles import HANDLE

urlpatterns: list = [
    path("gifts/", gifts.GiftsView.as_view(), name="api-gifts"),
    path("wallet/", coins.WalletView.as_view(), name="api-wallet"),
    path("wallet/movements/", movements.MovementsView.as_view(), name="api-movements"),
    path("coin-packages/", coins.CoinPackagesView.as_view(), name="api-coin-packages"),
    path("coin-purchases/", coins.CoinPurchasesView.as_view(), name="api-coin-purchases"),
    path("coin-purchases/<uuid:pk>/", coins.CoinPurchaseView.as_view(), name="api-coin-purchase"),
    path("coin-purchases/<uuid:pk>/receipt/", coins.CoinReceiptView.as_view(), name="api-coin-receipt"),
    path("coin-purchases/<uuid:pk>/refunds/", refunds.CoinRefundsView.as_view(), name="api-refunds"),
    path(
        "coin-purchases/<uuid:pk>/refund-quote/", refunds.RefundQuoteView.as_view(), name="api-refund-quote"
    ),
    path("gift-types/", gifts.GiftTypesView.as_view(), name="api-gift-types"),
    path("gift-types/<slug:slug>/preview/", previews.PreviewView.as_view(), name="api-gift-preview"),
    path("gifts/<uuid:pk>/undo/", gifts.UndoView.as_view(), name="api-undo-gift"),
    path("streaks/<uuid:pk>/undo/", gifts.UndoStreakView.as_view(), name="api-undo-streak"),
    path("sender-settings/", limits.SenderSettingsView.as_view(), name="api-sender-settings"),
    path("gift-settings/", gift_settings.GiftSettingsView.as_view(), name="api-gift-settings"),
    path("gift-blocks/", gift_settings.BlocksView.as_view(), name="api-gift-blocks"),
    path("gift-blocks/<uuid:pk>/", gift_settings.BlockView.as_view(), name="api-gift-block"),
    path("tips/", tips.TipsView.as_view(), name="api-tips"),
    path("limits/", limits.LimitsView.as_view(), name="api-limits"),
    path("limits/cool-off/", limits.CoolOffView.as_view(), name="api-cool-off"),
    path(f"creators/{HANDLE}/", gifts.CreatorView.as_view(), name="api-creator"),
    path("streams/", streams.StreamsView.as_view(), name="api-streams"),
    path("streams/<uuid:pk>/", streams.StreamView.as_view(), name="api-stream"),
    path("streams/<uuid:pk>/end/", streams.EndStreamView.as_view(), name="api-end-stream"),
    path("overlay/", overlays.OverlayView.as_view(), name="api-overlay"),
    path("overlay/renew/", overlays.RenewOverlayView.as_view(), name="api-renew-overlay"),
    path("overlay/revoke/", overlays.RevokeOverlayView.as_view(), name="api-revoke-overlay"),
    path("overlay/sample/", overlays.SampleView.as_view(), name="api-overlay-sample"),
    path("challenges/", challenges.ChallengesView.as_view(), name="api-challenges"),
    path("challenges/<slug:slug>/", challenges.ChallengeView.as_view(), name="api-challenge"),
    path("challenges/<slug:slug>/joining/", challenges.JoinView.as_view(), name="api-join"),
    path("challenges/<slug:slug>/check-ins/today/", challenges.CheckInView.as_view(), name="api-check-in"),
    path("challenges/<slug:slug>/submissions/", challenges.SubmissionsView.as_view(), name="api-submissions"),
    path("judged-challenges/", judging.JudgedChallengesView.as_view(), name="api-judged"),
    path(
        "judged-challenges/<slug:slug>/submissions/",
        judging.JudgedSubmissionsView.as_view(),
        name="api-judged-submissions",
    ),
    path(
        "judged-challenges/<slug:slug>/submissions/<uuid:pk>/judgement/",
        judging.JudgementView.as_view(),
        name="api-judgement",
    ),
    path("challenges/<slug:slug>/claims/", challenges.ClaimsView.as_view(), name="api-claims"),
]
