"""What viewers are told about challenges."""

import datetime as dt

from wallets.challenge_states import ClaimState, SubmissionState
from wallets.models import Claim, Joining, Submission
from wallets.notices import notify


def tell_of_claim(claim: Claim, *, at: dt.datetime) -> None:
    """What staff decided."""
    if claim.state == ClaimState.APPROVED:
        facts = {"expires_at": claim.expires_at}
    else:
        facts = {"reason": claim.reason}
    key = f"claim:{claim.pk}:{claim.state}"
    _tell(claim.joining, f"claim_{claim.state}", key, at, coins=claim.coins, **facts)


def tell_of_submission(submission: Submission, *, at: dt.datetime) -> None:
    """What a creator judged."""
    facts = {"reason": submission.reason}
    if submission.state == SubmissionState.REJECTED:
        facts["may_resubmit"] = submission.joining.campaign.may_resubmit
    _tell(submission.joining, f"submission_{submission.state}", f"submission:{submission.pk}", at, **facts)


def tell_of_expiry(claim: Claim, *, coins: int, at: dt.datetime) -> None:
    """That `coins` of a reward will expire, or have."""
    if claim.expired_at is None:
        kind, facts = "reward_expiring", {"expires_at": claim.expires_at}
    else:
        kind, facts = "reward_expired", {"expired_at": claim.expired_at}
    _tell(claim.joining, kind, f"{kind}:{claim.pk}", at, coins=coins, **facts)


def _tell(joining: Joining, kind: str, key: str, at: dt.datetime, **facts) -> None:
    campaign = joining.campaign
    facts["campaign"] = campaign.title
    notify(person=joining.viewer, kind=kind, key=key, at=at, facts=facts, url=campaign.get_absolute_url())
