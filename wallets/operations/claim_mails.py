"""Mails to the viewer at each step of a refund, and about disputes. Rows say what is still to be sent; the
site's round of mails sends it."""

import datetime as dt
import zoneinfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from wallets import refund_words
from wallets.models import ClaimNews
from wallets.states import DisputeState, RefundState

NEWS = dt.timedelta(days=7)
"""What happened longer ago is no news; its page tells it."""
DISPUTES = {
    DisputeState.OPEN: (
        "A payment of yours is disputed",
        "Your bank told us that this payment is disputed. The coins that it bought are taken back and your "
        "wallet is frozen until the bank has decided.",
        "If you did not mean to dispute it, tell your bank and write to us.",
    ),
    DisputeState.LOST: (
        "Your bank gave the payment back to you",
        "The dispute is decided: the money is with you again, and the coins stay with us.",
        "Your wallet stays frozen. Write to us if you want to use it again.",
    ),
    DisputeState.WON: (
        "Your wallet is free again",
        "The dispute is over and the payment stands. What was taken back is in your wallet again.",
        "You don't have to do anything.",
    ),
}
"""The state a dispute came to: headline, what happened, what comes next. An inquiry is not told."""


def waiting(at: dt.datetime) -> list[QuerySet]:
    """The rows that tell of something their person has not been mailed yet."""
    told = Q(refund__isnull=False) & ~Q(state=RefundState.SENDING) | Q(
        dispute__isnull=False, state__in=DISPUTES
    )
    return [ClaimNews.objects.filter(told, mailed_at__isnull=True, at__gt=at - NEWS)]


def mail_of(news: ClaimNews) -> EmailMultiAlternatives:
    """The mail that tells a viewer of this step, in their language, time zone and formats."""
    claim = news.refund or news.dispute
    viewer = claim.purchase.viewer
    if news.refund:
        state = RefundState(news.state)
        headline, happened = refund_words.HEADLINES[state], refund_words.HAPPENED[state]
        if state in (RefundState.REJECTED, RefundState.FAILED) and claim.reason:
            happened = claim.reason
        next_step, path, label = refund_words.NEXT[state], claim.get_absolute_url(), "See this refund"
    else:
        headline, happened, next_step = DISPUTES[DisputeState(news.state)]
        path, label = reverse("wallets:wallet"), "To your wallet"
    with translation.override(viewer.language), timezone.override(zoneinfo.ZoneInfo(viewer.time_zone)):
        context = {
            "claim": claim,
            "purchase": claim.purchase,
            "news": news,
            "headline": headline,
            "happened": happened,
            "next_step": next_step,
            "support": settings.SUPPORT_EMAIL,
            "language": viewer.language,
            "action_url": settings.SITE_URL + path,
            "action_label": label,
        }
        subject = render_to_string("wallets/mail/claim.subject.txt", context).strip()
        mail = EmailMultiAlternatives(
            subject, render_to_string("wallets/mail/claim.txt", context), to=[viewer.email]
        )
        mail.attach_alternative(render_to_string("wallets/mail/claim.html", context), "text/html")
    return mail
