"""What viewers do in challenges, and creators who judge: joining, checking in, sending in, judging."""

import datetime as dt
import uuid

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction

from wallets.challenge_states import CampaignState, SubmissionState
from wallets.messages import visible
from wallets.models import Campaign, CheckIn, Joining, Submission
from wallets.models.challenges import REASON_LENGTH, TEXT_LENGTH
from wallets.operations.challenge_notices import tell_of_submission
from wallets.queries.challenges import joining_of, why_not_submit
from wallets.queries.progress import today_of

_is_link = URLValidator(schemes=["https", "http"])


class UnableToTakePart(Exception):
    """Nothing was done; the words say why. `field` names the one that is wrong, where one is."""

    code = "refused"
    field: str | None = None


class NotOpen(UnableToTakePart):
    """It has not begun, is over, or was cancelled."""

    code = "not_open"

    def __init__(self, campaign: Campaign, at: dt.datetime) -> None:
        if campaign.state == CampaignState.CANCELLED:
            words = "This challenge was cancelled."
        elif at < campaign.starts_at:
            words = "This challenge has not begun yet."
        else:
            words = "This challenge is over."
        super().__init__(words)


class NotInThisCountry(UnableToTakePart):
    """It runs in other countries."""

    code = "not_in_this_country"

    def __init__(self) -> None:
        super().__init__("This challenge is not open in your country. Your country stands in your profile.")


class JudgesStayOut(UnableToTakePart):
    """Who judges a challenge takes no part in it."""

    code = "judge"

    def __init__(self) -> None:
        super().__init__("You judge this challenge, so you can't take part in it.")


class NotJoined(UnableToTakePart):
    """It has to be joined first."""

    code = "not_joined"

    def __init__(self) -> None:
        super().__init__("Join this challenge first.")


class NothingToDo(UnableToTakePart):
    """The campaign's kind asks for something else."""

    code = "wrong_kind"

    def __init__(self, words: str) -> None:
        super().__init__(words)


class UnableToSubmit(UnableToTakePart):
    """What was sent in is refused as it is."""

    code = "submission_refused"

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


class UnableToJudge(Exception):
    """The submission stays as it is; the words say why."""

    code = "judging_refused"


def join(*, viewer: AbstractBaseUser, campaign: Campaign, at: dt.datetime) -> Joining:
    """Take part in a challenge. What the viewer did since it began counts already. Joining again changes
    nothing.

    Raises UnableToTakePart (NotOpen, NotInThisCountry, JudgesStayOut)."""
    if joined := joining_of(viewer, campaign):
        return joined
    if not campaign.is_open(at):
        raise NotOpen(campaign, at)
    if not campaign.is_for(str(viewer.country)):
        raise NotInThisCountry
    if campaign.judges.filter(pk=viewer.pk).exists():
        raise JudgesStayOut
    joining, _new = Joining.objects.get_or_create(
        viewer=viewer, campaign=campaign, defaults={"time_zone": viewer.time_zone, "joined_at": at}
    )
    return joining


def check_in(*, viewer: AbstractBaseUser, campaign: Campaign, at: dt.datetime) -> CheckIn:
    """Check in for today, the day of the time zone in which the viewer joined. Once a day: checking in again
    returns the first.

    Raises UnableToTakePart (NotJoined, NotOpen, NothingToDo)."""
    joining = _joined(viewer, campaign, at)
    if not campaign.counts_days:
        raise NothingToDo("This challenge does not ask you to check in.")
    known, _new = CheckIn.objects.get_or_create(
        joining=joining, date=today_of(joining, at), defaults={"at": at}
    )
    return known


def submit(
    *, viewer: AbstractBaseUser, campaign: Campaign, key: str, at: dt.datetime, text: str = "", link: str = ""
) -> Submission:
    """Send in words, a link, or both, to be judged. The same `key` (1 to 120 characters) returns the first.

    Raises UnableToTakePart (NotJoined, NotOpen, NothingToDo, UnableToSubmit)."""
    joining = _joined(viewer, campaign, at)
    if not campaign.is_judged:
        raise NothingToDo("This challenge does not ask you to send something in.")
    if known := joining.submissions.filter(key=key).first():
        return known
    text, link = _lines(text), link.strip()
    if len(text) > TEXT_LENGTH:
        raise UnableToSubmit(f"Keep it within {TEXT_LENGTH:,} characters.", "text")
    if not text and not link:
        raise UnableToSubmit("Write something, or give a link.", "text")
    try:
        if link:
            _is_link(link)
            Submission._meta.get_field("link").run_validators(link)
    except ValidationError as error:
        raise UnableToSubmit("Give a whole address, as in https://example.com/my-clip.", "link") from error
    try:
        with transaction.atomic():
            Joining.objects.select_for_update().get(pk=joining.pk)
            if refusal := why_not_submit(joining, joining.submissions.all()):
                raise UnableToSubmit(refusal)
            return Submission.objects.create(joining=joining, text=text, link=link, key=key, submitted_at=at)
    except IntegrityError:
        return joining.submissions.get(key=key)


def judge(
    *, creator: AbstractBaseUser, submission_id: uuid.UUID, accepted: bool, at: dt.datetime, reason: str = ""
) -> Submission:
    """Accept or reject a submission; a rejection says why. The same again changes nothing.

    Raises UnableToJudge, Submission.DoesNotExist (also where others judge)."""
    reason = visible(reason)[:REASON_LENGTH]
    target = SubmissionState.ACCEPTED if accepted else SubmissionState.REJECTED
    if not accepted and not reason:
        raise UnableToJudge("Say why: it is what the viewer reads.")
    submission = Submission.objects.select_related("joining__campaign").get(
        pk=submission_id, joining__campaign__judges=creator
    )
    campaign = submission.joining.campaign
    if not campaign.is_claimable(at):
        raise UnableToJudge("This challenge is closed: nothing can be earned in it any more.")
    with transaction.atomic():
        judged = Submission.objects.filter(pk=submission.pk, state=SubmissionState.WAITING).update(
            state=target, judged_by=creator, judged_at=at, reason=reason
        )
        submission.refresh_from_db()
        if judged:
            tell_of_submission(submission, at=at)
    if submission.state != target:
        raise UnableToJudge("Somebody else has just judged it otherwise.")
    return submission


def _joined(viewer: AbstractBaseUser, campaign: Campaign, at: dt.datetime) -> Joining:
    if not campaign.is_open(at):
        raise NotOpen(campaign, at)
    joining = joining_of(viewer, campaign)
    if joining is None:
        raise NotJoined
    return joining


def _lines(text: str) -> str:
    """The text line by line, without what can't be seen."""
    return "\n".join(visible(line) for line in text.splitlines()).strip()
