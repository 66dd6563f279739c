"""Challenges as viewers, judges and staff see them: nothing that axe minds, no blocked script, no sideways
scrolling, on a phone and a desktop, light and dark; and the way to the coins by keyboard alone."""

import pytest
from django.utils import timezone

from ledger.chart import VIEWER_COINS
from ledger.queries import balance
from tests.browser.walk import Walk
from tests.factories.challenges import DAY, MINUTE, campaign, claimed, draft, joined
from tests.factories.gifts import gift_from
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory
from wallets.operations.challenges import check_in, submit

pytestmark = pytest.mark.django_db(transaction=True)
DJANGO = ("label-title-only", "empty-table-header")  # what Django's own admin does on every list


@pytest.fixture
def walk(page, live_server) -> Walk:
    return Walk(page, live_server.url)


class TestChallenges:
    @pytest.fixture
    def now(self):
        return timezone.now()

    @pytest.fixture
    def creator(self):
        return CreatorFactory()

    @pytest.fixture
    def campaigns(self, now, creator):
        kinds = {
            "spend": {"reviewed": True},
            "row": {"budget": 9},
            "submissions": {"target": 1, "judges": [creator]},
        }
        return {kind: campaign(at=now - DAY, kind=kind, **facts) for kind, facts in kinds.items()}

    @pytest.fixture
    def viewer(self, campaigns, now):
        """Somebody in the middle of all of them."""
        viewer = UserFactory()
        for found in campaigns.values():
            joined(viewer, found, at=now)
        gift_from(viewer, CreatorFactory(), at=now - MINUTE)
        check_in(viewer=viewer, campaign=campaigns["row"], at=now)
        submit(viewer=viewer, campaign=campaigns["submissions"], key="a", text="Look", at=now)
        return viewer

    def test_are_whole_for_a_viewer(self, walk, login, campaigns, viewer, now):
        walk.see("/challenges/")
        login(walk.page, viewer)
        pages = [found.get_absolute_url() for found in campaigns.values()]
        for path in ("/challenges/", *pages, "/wallet/"):
            walk.see(path)
        claimed(viewer, campaigns["spend"], at=now)
        walk.see(campaigns["spend"].get_absolute_url())
        assert not walk.wrong, "\n".join(walk.wrong)

    def test_are_whole_for_who_has_joined_none_and_for_judges(self, walk, login, campaigns, viewer, creator):
        login(walk.page, creator)
        for path in ("/challenges/", campaigns["spend"].get_absolute_url(), "/studio/challenges/"):
            walk.see(path)
        walk.see(f"/studio/challenges/{campaigns['submissions'].slug}/")
        assert not walk.wrong, "\n".join(walk.wrong)

    def test_are_whole_at_the_desk(self, page, live_server, login, campaigns, viewer, now):
        waiting = claimed(viewer, campaigns["spend"], at=now)
        sketch = draft(at=now)
        walk = Walk(page, live_server.url, forgive=DJANGO)
        login(page, StaffFactory(is_superuser=True))
        for path in (
            "campaign/",
            "campaign/add/",
            f"campaign/{sketch.pk}/change/",
            f"campaign/{sketch.pk}/actions/publish/",
            f"campaign/{campaigns['row'].pk}/change/",
            "claim/",
            f"claim/{waiting.pk}/change/",
            f"claim/{waiting.pk}/actions/reject/",
        ):
            walk.see(f"/admin/wallets/{path}")
        assert not walk.wrong, "\n".join(walk.wrong)

    def test_lead_to_coins_by_keyboard_alone(self, page, live_server, login, now):
        viewer, found = UserFactory(), campaign(at=now - DAY, kind="check_ins", target=1)
        login(page, viewer)
        page.goto(f"{live_server.url}{found.get_absolute_url()}")
        for name in ("Join this challenge", "Check in for today", "Claim 3 coins"):
            page.get_by_role("button", name=name).focus()
            page.keyboard.press("Enter")
            page.wait_for_load_state()
        page.get_by_text("3 coins are in your wallet").wait_for()
        assert balance(VIEWER_COINS.of(viewer.pk)) == 3
