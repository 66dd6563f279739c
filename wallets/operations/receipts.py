"""The mail that tells a buyer that their coins have come, with the receipt. Rows say what is still to be
sent; the site's round of mails sends it."""

import datetime as dt
import zoneinfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation

from wallets.models import CoinPurchase
from wallets.receipts import receipt_lines, receipt_pdf

NEWS = dt.timedelta(days=7)
"""What was paid longer ago is no news; its page has the receipt."""


def waiting(at: dt.datetime) -> list[QuerySet]:
    """The rows that tell of something their person has not been mailed yet."""
    paid = CoinPurchase.objects.filter(entry__isnull=False, mailed_at__isnull=True)
    return [paid.filter(closed_at__gt=at - NEWS)]


def mail_of(purchase: CoinPurchase) -> EmailMultiAlternatives:
    """The mail that tells a buyer of this purchase, in their language, time zone and formats."""
    buyer = purchase.viewer
    with translation.override(buyer.language), timezone.override(zoneinfo.ZoneInfo(buyer.time_zone)):
        context = {
            "purchase": purchase,
            "lines": receipt_lines(purchase),
            "language": buyer.language,
            "action_url": settings.SITE_URL + purchase.get_absolute_url(),
            "action_label": "See this purchase",
        }
        subject = render_to_string("wallets/mail/receipt.subject.txt", context).strip()
        mail = EmailMultiAlternatives(
            subject, render_to_string("wallets/mail/receipt.txt", context), to=[buyer.email]
        )
        mail.attach_alternative(render_to_string("wallets/mail/receipt.html", context), "text/html")
    mail.attach(f"receipt-{purchase.reference}.pdf", receipt_pdf(purchase), "application/pdf")
    return mail
