import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from ledger.chart import REWARD_COINS_FUNDED, VIEWER_COINS
from ledger.queries import balance
from tests.factories.challenges import DAY, MINUTE, campaign, claimed, draft, joined
from tests.factories.gifts import gift_from
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory
from wallets.challenge_states import CampaignState, ClaimState
from wallets.models import Campaign
from wallets.operations.challenges import submit

pytestmark = pytest.mark.django_db
CAMPAIGNS = "/admin/wallets/campaign/"
CLAIMS = "/admin/wallets/claim/"
MANAGES = ("view_campaign", "add_campaign", "change_campaign")
PUBLISHES = ("view_campaign", "publish_campaign")
REVIEWS = ("view_claim", "review_claim")


@pytest.fixture
def desk_of(client):
    """The admin, for somebody with these permissions."""

    def log_in(*names):
        staff = StaffFactory()
        staff.user_permissions.set(Permission.objects.filter(codename__in=names))
        client.force_login(get_user_model().objects.get(pk=staff.pk))
        client.staff = staff
        return client

    return log_in


def funded() -> int:
    return balance(REWARD_COINS_FUNDED.platform())


def act(client, row, tool: str, **facts):
    name = row._meta.model_name
    return client.post(reverse(f"admin:wallets_{name}_actions", args=[row.pk, tool]), facts, follow=True)


def running(**facts):
    return campaign(at=timezone.now() - DAY, **facts)


def a_claim(viewer=None, **facts):
    now, viewer = timezone.now(), viewer or UserFactory()
    found = running(reviewed=True, **facts)
    joined(viewer, found, at=now)
    gift_from(viewer, CreatorFactory(), at=now - MINUTE)
    return claimed(viewer, found, at=now)


class TestDrafts:
    def facts(self, **changes) -> dict:
        today = timezone.now()
        return {
            "title": "Spring thanks",
            "slug": "spring-thanks",
            "words": "Give.",
            "kind": "spend",
            "target": "1000",
            "gift_slug": "",
            "judge_handles": "",
            "starts_at": f"{today:%F}T00:00",
            "ends_at": f"{today + 9 * DAY:%F}T00:00",
            "countries": ["DE", "FR"],
            "reward": "50",
            "times": "1",
            "reward_days": "30",
            "budget": "5000",
        } | changes

    def test_are_added_and_changed(self, desk_of):
        staff = desk_of(*MANAGES)
        assert staff.get(f"{CAMPAIGNS}add/").status_code == 200
        assert staff.post(f"{CAMPAIGNS}add/", self.facts()).status_code == 302
        found = Campaign.objects.get()
        assert (found.state, [each.code for each in found.countries]) == (CampaignState.DRAFT, ["DE", "FR"])
        answer = staff.post(f"{CAMPAIGNS}{found.pk}/change/", self.facts(reward="60"))
        assert answer.status_code == 302
        found.refresh_from_db()
        assert (found.reward, funded()) == (60, 0)

    def test_name_their_judges_by_handle(self, desk_of):
        creator = CreatorFactory(handle="lumi")
        staff = desk_of(*MANAGES)
        facts = self.facts(kind="submissions", judge_handles="@Lumi")
        assert staff.post(f"{CAMPAIGNS}add/", facts).status_code == 302
        found = Campaign.objects.get()
        assert found.judges.get() == creator
        assert 'value="lumi"' in staff.get(f"{CAMPAIGNS}{found.pk}/change/").text

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"reward": "0"}, "A reward is 1 to"),
            ({"budget": "10"}, "pays for one reward at least"),
            ({"ends_at": "2020-01-01T00:00"}, "ends after it has begun"),
            ({"kind": "submissions"}, "at least one creator who judges"),
            ({"kind": "submissions", "judge_handles": "nobody"}, "No creator is called nobody"),
            ({"kind": "row", "gift_slug": "kite"}, "Only campaigns about gifts"),
            ({"slug": "a b"}, "valid"),
            ({"target": "x"}, "whole number"),
        ],
    )
    def test_say_beside_the_field_what_is_wrong(self, desk_of, changes, words):
        answer = desk_of(*MANAGES).post(f"{CAMPAIGNS}add/", self.facts(**changes))
        assert answer.status_code == 200
        assert words in answer.text
        assert not Campaign.objects.exists()

    def test_are_for_those_who_may(self, desk_of):
        assert desk_of("view_campaign").post(f"{CAMPAIGNS}add/", self.facts()).status_code == 403

    def test_stay_as_they_are_once_published(self, desk_of):
        found = running()
        staff = desk_of(*MANAGES)
        assert staff.get(f"{CAMPAIGNS}{found.pk}/change/").status_code == 200
        assert staff.post(f"{CAMPAIGNS}{found.pk}/change/", self.facts()).status_code == 403
        assert staff.post(f"{CAMPAIGNS}{found.pk}/delete/", {"post": "yes"}).status_code == 403


class TestCampaignActions:
    def test_publish_after_showing_what_is_promised(self, desk_of):
        found = draft(at=timezone.now())
        staff = desk_of(*PUBLISHES)
        page = staff.get(reverse("admin:wallets_campaign_actions", args=[found.pk, "publish"])).text
        for words in ("Spend 5 coins on gifts.", "300 coins: 100 rewards", "$1.50"):
            assert words in page
        assert funded() == 0
        assert "300 coins are funded" in act(staff, found, "publish").text
        assert funded() == 300
        assert "300 coins are funded" in LogEntry.objects.get(user=staff.staff).change_message

    def test_say_why_not(self, desk_of):
        found = draft(at=timezone.now(), target=100, reward=130, budget=1000)
        staff = desk_of(*PUBLISHES)
        assert "gifts to oneself would be a profit" in act(staff, found, "publish").text
        assert "Enter a whole number" in act(staff, running(), "raise_budget", budget="x").text
        assert not LogEntry.objects.exists()

    def test_raise_the_budget(self, desk_of):
        staff, found = desk_of(*PUBLISHES), running()
        assert "can only be raised" in act(staff, found, "raise_budget", budget="299").text
        assert "500 coins now" in act(staff, found, "raise_budget", budget="500").text
        assert funded() == 500

    def test_move_the_end(self, desk_of):
        staff, found = desk_of(*PUBLISHES), running()
        assert "from now on" in act(staff, found, "change_end", ends_at="2020-01-01T00:00").text
        act(staff, found, "change_end", ends_at="2031-07-01T12:00")
        found.refresh_from_db()
        assert found.ends_at == dt.datetime(2031, 7, 1, 10, tzinfo=dt.UTC)
        act(staff, found, "change_end", ends_at="")
        found.refresh_from_db()
        assert found.ends_at <= timezone.now()

    def test_cancel(self, desk_of):
        staff, found = desk_of(*PUBLISHES), running()
        assert (
            "nothing can be claimed any more"
            in staff.get(reverse("admin:wallets_campaign_actions", args=[found.pk, "cancel"])).text
        )
        assert "300 coins were put back" in act(staff, found, "cancel").text
        assert funded() == 0

    @pytest.mark.parametrize("tool", ["publish", "raise_budget", "change_end", "cancel"])
    def test_are_for_those_who_may(self, desk_of, tool):
        found = running()
        staff = desk_of(*MANAGES)
        assert act(staff, found, tool, budget="999").status_code == 403
        assert f"actions/{tool}/" not in staff.get(f"{CAMPAIGNS}{found.pk}/change/").text
        assert funded() == 300


class TestClaims:
    def test_wait_with_their_evidence(self, desk_of):
        waiting = a_claim()
        staff = desk_of(*REVIEWS)
        page = staff.get(f"{CLAIMS}{waiting.pk}/change/").text
        for words in ("Progress: 5", "enough for reward 1", "No coins were ever bought", "0 others"):
            assert words in page
        assert "1</strong> Rewards to review" in staff.get("/admin/").text

    def test_are_approved_after_a_question(self, desk_of):
        waiting = a_claim()
        staff = desk_of(*REVIEWS)
        page = staff.get(reverse("admin:wallets_claim_actions", args=[waiting.pk, "approve"])).text
        assert "paid at once" in page
        assert "3 coins are paid" in act(staff, waiting, "approve").text
        waiting.refresh_from_db()
        assert (waiting.state, waiting.decided_by) == (ClaimState.APPROVED, staff.staff)
        assert LogEntry.objects.filter(user=staff.staff, object_id=str(waiting.pk)).exists()

    def test_are_rejected_with_a_reason(self, desk_of):
        waiting = a_claim()
        staff = desk_of(*REVIEWS)
        assert "This field is required" in act(staff, waiting, "reject", reason="").text
        assert "Rejected: Two accounts." in act(staff, waiting, "reject", reason="Two accounts.").text
        assert balance(VIEWER_COINS.of(waiting.joining.viewer_id)) == 0

    def test_are_never_ones_own(self, desk_of):
        staff = desk_of(*REVIEWS)
        waiting = a_claim(staff.staff)
        assert "Approve" not in staff.get(f"{CLAIMS}{waiting.pk}/change/").text
        assert "your own claim" in act(staff, waiting, "approve").text
        assert balance(VIEWER_COINS.of(staff.staff.pk)) == 0

    @pytest.mark.parametrize("tool", ["approve", "reject"])
    def test_are_for_those_who_review(self, desk_of, tool):
        waiting = a_claim()
        assert act(desk_of("view_claim"), waiting, tool, reason="No.").status_code == 403
        waiting.refresh_from_db()
        assert waiting.state == ClaimState.WAITING


class TestLists:
    def test_ask_the_database_the_same_however_many_there_are(self, desk_of, django_assert_num_queries):
        staff = desk_of("view_campaign", "view_claim", "view_submission")
        creator, now = CreatorFactory(), timezone.now()
        for more in (["DE"], ["FR", "ES", "IT", "NL"]):
            for country in more:
                a_claim(UserFactory(country=country), countries=[country])
                found = running(kind="submissions", target=1, judges=[creator])
                viewer = UserFactory()
                joined(viewer, found, at=now)
                submit(viewer=viewer, campaign=found, key="k", text="Look", at=now)
            for address, queries in ((CAMPAIGNS, 6), (CLAIMS, 6), ("/admin/wallets/submission/", 6)):
                with django_assert_num_queries(queries):
                    assert staff.get(address).status_code == 200

    def test_find_by_the_viewer(self, desk_of):
        a_claim(UserFactory(handle="mara"), reward=1)
        a_claim(reward=1)
        staff = desk_of("view_claim")
        assert staff.get(CLAIMS, {"q": "mara"}).context["cl"].result_count == 1
        assert staff.get(CLAIMS, {"q": "\x00"}).status_code == 200
