import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import Count, F, Q, QuerySet

from wallets.challenge_states import CampaignState, ClaimState, SubmissionState
from wallets.models import Campaign, Claim, Joining, Submission
from wallets.models.challenges import CLAIM_DAYS

SHOWN_AFTER = dt.timedelta(days=60)
"""How long a viewer's challenges that are over stand in their list."""
PUBLIC = (CampaignState.PUBLISHED, CampaignState.ENDED, CampaignState.CANCELLED)


def campaigns_at(at: dt.datetime) -> QuerySet[Campaign]:
    """Those that run or are announced, the one that ends first in front."""
    running = Campaign.objects.filter(state=CampaignState.PUBLISHED, ends_at__gt=at)
    return running.order_by("ends_at", "id")


def campaigns_for(country: str, at: dt.datetime) -> list[Campaign]:
    """Those of `campaigns_at` that somebody of that ISO 3166 country may join; all for one not known."""
    return [campaign for campaign in campaigns_at(at) if not country or campaign.is_for(country)]


def campaigns_to_end(at: dt.datetime) -> QuerySet[Campaign, uuid.UUID]:
    """Those in which nothing can be claimed any more, the oldest first."""
    over = Campaign.objects.filter(
        state=CampaignState.PUBLISHED, ends_at__lte=at - dt.timedelta(days=CLAIM_DAYS)
    )
    return over.order_by("ends_at").values_list("pk", flat=True)


def campaign_called(slug: str) -> Campaign | None:
    """Drafts are nobody's to see."""
    return Campaign.objects.filter(slug=slug, state__in=PUBLIC).first()


def joinings_of(viewer, at: dt.datetime) -> list[Joining]:
    """What the viewer joined and may still look for, the one that ends first in front."""
    joined = Joining.objects.filter(viewer=viewer, campaign__ends_at__gt=at - SHOWN_AFTER)
    return list(joined.select_related("campaign").order_by("campaign__ends_at", "id"))


def joining_of(viewer, campaign: Campaign) -> Joining | None:
    if not viewer.is_authenticated:
        return None
    return (
        Joining.objects.filter(viewer=viewer, campaign=campaign).select_related("campaign", "viewer").first()
    )


def claims_of(joining: Joining) -> list[Claim]:
    """Newest first."""
    return list(joining.claims.order_by("-number"))


def submissions_of(joining: Joining) -> list[Submission]:
    """Newest first."""
    return list(joining.submissions.order_by("-id"))


def why_not_submit(joining: Joining, submissions: Iterable[Submission]) -> str:
    """Why this viewer can't send in anything now, or nothing."""
    campaign = joining.campaign
    states = [submission.state for submission in submissions]
    if SubmissionState.WAITING in states:
        return "What you sent in waits to be judged. Send more once it has been."
    if states.count(SubmissionState.ACCEPTED) >= campaign.target * campaign.times:
        return "You have sent in all that this challenge asks for."
    if SubmissionState.REJECTED in states and not campaign.may_resubmit:
        return "What you sent in was not accepted, and this challenge gives one try."
    return ""


def has_checked_in(joining: Joining, date: dt.date) -> bool:
    return joining.check_ins.filter(date=date).exists()


def judged_by(creator) -> QuerySet[Campaign]:
    """The campaigns in which this creator judges, with how many submissions are `waiting`."""
    waiting = Count("joinings__submissions", filter=Q(joinings__submissions__state=SubmissionState.WAITING))
    mine = Campaign.objects.filter(judges=creator, state__in=PUBLIC)
    return mine.annotate(waiting=waiting).order_by("-waiting", "-ends_at", "id")


def campaign_judged_by(creator, slug: str) -> Campaign | None:
    """None for campaigns that others judge, too."""
    return judged_by(creator).filter(slug=slug).first()


def submissions_to(campaign: Campaign) -> QuerySet[Submission]:
    """Those that wait in front, the oldest of them first; then the judged ones, newest first."""
    rows = Submission.objects.filter(joining__campaign=campaign).select_related(
        "joining__viewer", "judged_by"
    )
    return rows.order_by(F("judged_at").desc(nulls_first=True), "id")


def claims_to_review() -> QuerySet[Claim]:
    return Claim.objects.filter(state=ClaimState.WAITING)
