"""Other income of somebody who leaves ends."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from partnerships.models import AffiliateCoupon, AffiliateLink, Enrolment
from partnerships.operations.enrolments import leave
from partnerships.programme_states import EnrolmentState

OVER = (EnrolmentState.LEFT, EnrolmentState.REFUSED)


@transaction.atomic
def settle(*, person, key: str, at: dt.datetime) -> None:
    """Programmes are left, links and coupons lead nowhere. No money moves; doing it again changes nothing."""
    for enrolment in Enrolment.objects.filter(creator=person).exclude(state__in=OVER):
        leave(creator=person, programme=enrolment.programme, at=at)
    AffiliateLink.objects.filter(creator=person, retired_at__isnull=True).update(retired_at=at)
    running = Q(until_at__isnull=True) | Q(until_at__gt=at)
    AffiliateCoupon.objects.filter(running, creator=person, from_at__lt=at).update(until_at=at)
