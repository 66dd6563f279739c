"""The states of campaigns, of what viewers send in to them, and of the rewards that they claim.

```
campaign    draft ──> published ──> ended
              │           │
              └───────────┴───────> cancelled

submission  waiting ──> accepted | rejected

claim       waiting ──> approved | rejected        (approved at once where nobody reviews)
```
A campaign's window closes at its end; what was reached by then can be claimed for some days more, and only
after these is it *ended* and what is left of its budget put back. *Cancelled* is at once: nothing can be
claimed any more, and what waits is still decided.
"""

from django.db import models


class CampaignState(models.TextChoices):
    DRAFT = "draft", "Draft"
    """Staff's alone: everything can be changed, nothing is funded."""
    PUBLISHED = "published", "Published"
    """Funded and shown. Its rules stay; its end may be moved and its budget raised."""
    ENDED = "ended", "Ended"
    """The days for claiming are over; the rest of the budget was put back."""
    CANCELLED = "cancelled", "Cancelled"
    """Stopped by staff; the rest of the budget was put back."""


MOVES: dict[CampaignState, frozenset[CampaignState]] = {
    CampaignState.DRAFT: frozenset({CampaignState.PUBLISHED, CampaignState.CANCELLED}),
    CampaignState.PUBLISHED: frozenset({CampaignState.ENDED, CampaignState.CANCELLED}),
    CampaignState.ENDED: frozenset(),
    CampaignState.CANCELLED: frozenset(),
}


def sources(target: CampaignState) -> list[CampaignState]:
    """The states from which a campaign may become `target`."""
    return [state for state, targets in MOVES.items() if target in targets]


class SubmissionState(models.TextChoices):
    WAITING = "waiting", "Waiting to be judged"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Not accepted"


class ClaimState(models.TextChoices):
    WAITING = "waiting", "In review"
    """Its coins are set aside in the campaign's budget until staff decide."""
    APPROVED = "approved", "Paid"
    """The coins are the viewer's."""
    REJECTED = "rejected", "Not approved"
    """The coins are the campaign's again; the reason is the viewer's to read."""
