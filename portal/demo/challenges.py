"""A few challenges under way, and how far the demo's viewers are in them."""

import datetime as dt

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


def tell_challenges(people: dict[str, User], now: dt.datetime) -> None:
    """Nothing where they were told before."""
    if campaign_called(DRAWING):
        return
    mara, lumi = people["viewer@demo.test"], people["creator@demo.test"]
    ada = people["admin@demo.test"]
    began = now - BEGAN * A_DAY
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
    for days in (9, 8, 5, 4, 3, 2, 1):
        check_in(viewer=mara, campaign=row, at=now - days * A_DAY)
    for email in ("olivia@demo.test", "emma@demo.test", "felix@demo.test", "greta@demo.test"):
        _try_to_claim(people[email], spring, began, now)
        _try_to_claim(people[email], warm, began, now)
    _try_to_claim(mara, warm, began, now)
    for viewer, words in (
        (mara, "Charcoal, on the back of a gas bill."),
        (people["noah@demo.test"], "Pixels!"),
    ):
        join(viewer=viewer, campaign=drawing, at=began)
        submit(
            viewer=viewer,
            campaign=drawing,
            key="demo",
            text=words,
            link="https://example.com/cat",
            at=now - 2 * A_DAY,
        )


def _campaign(ada: User, began: dt.datetime, *, judges: list | None = None, **facts) -> Campaign:
    saved = Campaign.objects.filter(slug=facts["slug"]).first()
    if saved is None:
        draft = Campaign(starts_at=began, ends_at=began + 45 * A_DAY, reward_days=60, **facts)
        saved = save_draft(campaign=draft, judges=judges or [], at=began)
    return publish(campaign_id=saved.pk, actor=ada, at=began)


def _try_to_claim(viewer: User, campaign: Campaign, began: dt.datetime, now: dt.datetime) -> None:
    """The dice of the year decide who has reached what; nothing for those who have not."""
    join(viewer=viewer, campaign=campaign, at=began)
    try:
        claim(viewer=viewer, campaign=campaign, key="demo", at=now - A_DAY)
    except (CountsSoon, NotReached):
        return
