"""A few challenges under way, and how far the demo's viewers are in them."""

import datetime as dt
from functools import partial

from portal.demo import Act
from portal.models import User
from wallets.models import Campaign
from wallets.operations.campaigns import publish, save_draft
from wallets.operations.challenges import check_in, join, submit
from wallets.operations.rewards import CountsSoon, NotReached, claim
from wallets.queries.challenges import campaign_called

A_DAY = dt.timedelta(days=1)
BEGAN = 20
"""Days before now on which they began."""
SPRING, ROW, WARM, DRAWING = "spring-thanks", "seven-days-in-a-row", "warm-up", "draw-lumis-cat"


def acts(people: dict[str, User], now: dt.datetime) -> list[Act]:
    """Nothing where they were told before."""
    if campaign_called(DRAWING):
        return []
    mara, noah = people["viewer@demo.test"], people["noah@demo.test"]
    eager = [people[f"{name}@demo.test"] for name in ("olivia", "daan", "felix", "greta", "viewer")]
    return [
        (now - BEGAN * A_DAY, partial(_begin, people)),
        *((now - days * A_DAY, partial(_look_in, mara)) for days in (9, 8, 5, 4, 3)),
        (now - 2 * A_DAY, partial(_look_in, mara)),
        (now - 2 * A_DAY, partial(_draw, mara, "Charcoal, on the back of a gas bill.")),
        (now - 2 * A_DAY, partial(_draw, noah, "Pixels!")),
        (now - A_DAY, partial(_look_in, mara)),
        *((now - A_DAY, partial(_try_to_claim, viewer, name)) for viewer in eager for name in (SPRING, WARM)),
    ]


def _begin(people: dict[str, User], began: dt.datetime) -> None:
    mara, lumi = people["viewer@demo.test"], people["creator@demo.test"]
    ada = people["admin@demo.test"]
    spring = _campaign(
        ada,
        began,
        slug=SPRING,
        title="Spring thanks",
        words="Thank whoever made your winter shorter. Every gift counts, to whomever you send it.",
        kind=Campaign.Kind.SPEND,
        target=3_000,
        reward=150,
        times=3,
        budget=30_000,
        reviewed=True,
    )
    row = _campaign(
        ada,
        began,
        slug=ROW,
        title="Seven days in a row",
        words="Look in every day for a week. Miss one, and the count begins again.",
        kind=Campaign.Kind.ROW,
        target=7,
        reward=70,
        budget=7_000,
    )
    warm = _campaign(
        ada,
        began,
        slug=WARM,
        title="Warm-up",
        words="Your first gifts of the season, to whomever you like.",
        kind=Campaign.Kind.SPEND,
        target=200,
        reward=30,
        budget=3_000,
    )
    drawing = _campaign(
        ada,
        began,
        judges=[lumi],
        slug=DRAWING,
        title="Draw Lumi’s cat",
        words="Pencil, paint or pixels: link to your drawing and say how you made it. Lumi looks at each.",
        kind=Campaign.Kind.SUBMISSIONS,
        target=1,
        reward=200,
        budget=10_000,
        may_resubmit=True,
    )
    for campaign in (spring, row, warm, drawing):
        join(viewer=mara, campaign=campaign, at=began)
    join(viewer=people["noah@demo.test"], campaign=drawing, at=began)
    for email in ("olivia@demo.test", "daan@demo.test", "felix@demo.test", "greta@demo.test"):
        for campaign in (spring, warm):
            join(viewer=people[email], campaign=campaign, at=began)


def _look_in(viewer: User, at: dt.datetime) -> None:
    check_in(viewer=viewer, campaign=campaign_called(ROW), at=at)


def _draw(viewer: User, words: str, at: dt.datetime) -> None:
    link = "https://example.com/cat"
    submit(viewer=viewer, campaign=campaign_called(DRAWING), key="demo", text=words, link=link, at=at)


def _campaign(ada: User, began: dt.datetime, *, judges: list | None = None, **facts) -> Campaign:
    saved = Campaign.objects.filter(slug=facts["slug"]).first()
    if saved is None:
        draft = Campaign(starts_at=began, ends_at=began + 45 * A_DAY, reward_days=60, **facts)
        saved = save_draft(campaign=draft, judges=judges or [], at=began)
    return publish(campaign_id=saved.pk, actor=ada, at=began)


def _try_to_claim(viewer: User, name: str, at: dt.datetime) -> None:
    """The dice of the year decide who has reached what; nothing for those who have not."""
    try:
        claim(viewer=viewer, campaign=campaign_called(name), key="demo", at=at)
    except (CountsSoon, NotReached):
        return
