import pytest
from django.db import DatabaseError, IntegrityError
from django.db.transaction import atomic

from ledger.chart import COINS_ISSUED, REWARD_COINS_FUNDED
from ledger.operations import InsufficientFunds, Transfer, post
from ledger.queries import balance
from tests.factories.challenges import DAY, PUBLISHER, campaign, claimed, draft, joined
from tests.factories.gifts import NOW, gift_from
from tests.factories.people import CreatorFactory, StaffFactory
from tests.factories.promotions import promoted
from wallets.challenge_states import CampaignState
from wallets.models import Campaign
from wallets.operations.campaigns import (
    NotPermitted,
    ProfitableCampaign,
    UnableToChangeCampaign,
    WrongCampaignState,
    cancel,
    change_end,
    end,
    publish,
    raise_budget,
    save_draft,
)
from wallets.operations.rewards import reject

pytestmark = pytest.mark.django_db
LATER = NOW + 10 * DAY
CLOSED = LATER + 7 * DAY


def funded() -> int:
    return balance(REWARD_COINS_FUNDED.platform())


class TestSaveDraft:
    def test_funds_nothing(self):
        assert draft().state == CampaignState.DRAFT
        assert funded() == 0

    def test_changes_a_draft(self):
        found = draft()
        found.reward = 4
        save_draft(campaign=found, judges=[], at=NOW)
        found.refresh_from_db()
        assert found.reward == 4

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"target": 0}, None),
            ({"reward": 0}, None),
            ({"budget": 2}, None),
            ({"times": 0}, None),
            ({"reward_days": 0}, None),
            ({"ends_at": NOW}, None),
            ({"title": ""}, "title"),
            ({"slug": "a b"}, "slug"),
            ({"kind": "nothing"}, "kind"),
            ({"kind": "submissions"}, "judges"),
            ({"kind": "check_ins", "gift_slug": "kite"}, "gift_slug"),
        ],
    )
    def test_refuses_what_makes_no_sense(self, facts, field):
        with pytest.raises(UnableToChangeCampaign) as refused:
            draft(**facts)
        assert refused.value.field == field
        assert not Campaign.objects.exists()

    def test_refuses_an_address_that_is_taken(self):
        draft(slug="spring")
        with pytest.raises(UnableToChangeCampaign) as refused:
            draft(slug="spring")
        assert refused.value.field == "slug"

    def test_leaves_alone_what_was_published(self, nothing_moves):
        found = draft()
        Campaign.objects.filter(pk=found.pk).update(state=CampaignState.CANCELLED, closed_at=NOW)
        with pytest.raises(WrongCampaignState):
            save_draft(campaign=found, judges=[], at=NOW)


class TestPublish:
    def test_funds_the_whole_budget_once(self):
        found = draft(budget=500)
        for _ in range(2):
            shown = publish(actor=PUBLISHER, campaign_id=found.pk, at=NOW)
        assert (shown.state, shown.published_at, funded()) == (CampaignState.PUBLISHED, NOW, 500)

    def test_begins_now_where_its_start_has_passed(self):
        found = draft(starts_at=NOW - DAY)
        assert publish(actor=PUBLISHER, campaign_id=found.pk, at=NOW).starts_at == NOW

    @pytest.mark.parametrize(
        "facts",
        [
            {"kind": "spend", "target": 100, "reward": 130},
            {"kind": "gifts", "target": 20, "reward": 130},
            {"kind": "creators", "target": 20, "reward": 130},
        ],
    )
    def test_refuses_what_would_pay_those_who_give_to_themselves(self, facts, nothing_moves):
        found = draft(**facts, budget=10_000)
        with pytest.raises(ProfitableCampaign):
            publish(actor=PUBLISHER, campaign_id=found.pk, at=NOW)
        found.refresh_from_db()
        assert found.state == CampaignState.DRAFT

    def test_measures_gifts_by_the_cheapest_that_counts(self):
        assert campaign(kind="gifts", target=20, gift_slug="kite", reward=130, budget=1000)

    def test_refuses_one_that_has_ended(self, nothing_moves):
        with pytest.raises(UnableToChangeCampaign, match="ended already"):
            publish(actor=PUBLISHER, campaign_id=draft().pk, at=LATER)

    def test_refuses_a_gift_that_nobody_sells(self, nothing_moves):
        with pytest.raises(UnableToChangeCampaign, match="No such gift"):
            publish(actor=PUBLISHER, campaign_id=draft(kind="gifts", gift_slug="teapot").pk, at=NOW)

    def test_refuses_judges_who_left(self, nothing_moves):
        creator = CreatorFactory()
        found = draft(kind="submissions", judges=[creator])
        creator.is_creator = False
        creator.save()
        with pytest.raises(UnableToChangeCampaign, match="Nobody could judge"):
            publish(actor=PUBLISHER, campaign_id=found.pk, at=NOW)

    def test_refuses_what_was_cancelled(self, nothing_moves):
        found = cancel(actor=PUBLISHER, campaign_id=draft().pk, at=NOW)
        with pytest.raises(WrongCampaignState):
            publish(actor=PUBLISHER, campaign_id=found.pk, at=NOW)


class TestAPublishedCampaign:
    @pytest.mark.parametrize("facts", [{"reward": 1}, {"target": 99}, {"words": "x"}, {"budget": 10}])
    def test_keeps_its_promise_whoever_writes(self, facts):
        found = campaign()
        with pytest.raises(DatabaseError), atomic():
            Campaign.objects.filter(pk=found.pk).update(**facts)

    def test_can_not_promise_more_than_its_budget(self):
        found = campaign()
        with pytest.raises(IntegrityError), atomic():
            Campaign.objects.filter(pk=found.pk).update(committed=301)

    def test_shares_an_account_that_can_not_be_overdrawn(self):
        campaign(budget=300)
        transfer = Transfer(REWARD_COINS_FUNDED.platform(), COINS_ISSUED.platform(), 301)
        with pytest.raises(InsufficientFunds), atomic():
            post(kind="x", key="x", at=NOW, transfers=[transfer])
        assert funded() == 300


class TestRaiseBudget:
    def test_funds_the_difference_once(self):
        found = campaign(budget=300)
        for _ in range(2):
            raise_budget(actor=PUBLISHER, campaign_id=found.pk, budget=450, at=NOW)
        assert funded() == 450

    def test_is_for_published_ones(self):
        for found in (cancel(actor=PUBLISHER, campaign_id=campaign().pk, at=NOW), draft()):
            with pytest.raises(WrongCampaignState):
                raise_budget(actor=PUBLISHER, campaign_id=found.pk, budget=450, at=NOW)
        assert funded() == 0

    def test_refuses_less_than_was_promised(self):
        found = campaign(budget=300)
        with pytest.raises(UnableToChangeCampaign, match="only be raised"):
            raise_budget(actor=PUBLISHER, campaign_id=found.pk, budget=299, at=NOW)
        assert funded() == 300


class TestChangeEnd:
    @pytest.mark.parametrize("ends_at", [NOW + DAY, LATER + DAY])
    def test_moves_it_either_way(self, ends_at):
        found = campaign()
        assert (
            change_end(actor=PUBLISHER, campaign_id=found.pk, ends_at=ends_at, at=NOW + DAY).ends_at
            == ends_at
        )

    def test_refuses_days_on_which_it_would_pay_those_who_give_to_themselves(self):
        found = campaign(target=100, reward=99, budget=1000)
        promoted(region="", package_coins=None, percent_off=15, starts_at=LATER)
        with pytest.raises(UnableToChangeCampaign, match=f"The campaign “{found}”") as refused:
            change_end(actor=PUBLISHER, campaign_id=found.pk, ends_at=LATER + DAY, at=NOW)
        found.refresh_from_db()
        assert (refused.value.field, found.ends_at) == ("ends_at", LATER)
        assert change_end(actor=PUBLISHER, campaign_id=found.pk, ends_at=LATER - DAY, at=NOW)

    def test_refuses_the_past_and_what_is_over(self):
        found = campaign()
        with pytest.raises(UnableToChangeCampaign, match="from now on"):
            change_end(actor=PUBLISHER, campaign_id=found.pk, ends_at=NOW + DAY, at=NOW + 2 * DAY)
        with pytest.raises(UnableToChangeCampaign, match="over already"):
            change_end(actor=PUBLISHER, campaign_id=found.pk, ends_at=LATER + DAY, at=LATER)


class TestWhoeverMayNotPublish:
    @pytest.mark.parametrize(
        ("change", "facts"),
        [
            (publish, {}),
            (raise_budget, {"budget": 400}),
            (change_end, {"ends_at": LATER + DAY}),
            (cancel, {}),
        ],
        ids=lambda each: getattr(each, "__name__", ""),
    )
    def test_changes_nothing(self, change, facts):
        found = draft() if change is publish else campaign()
        before = funded(), Campaign.objects.values().get()
        with pytest.raises(NotPermitted):
            change(campaign_id=found.pk, actor=StaffFactory(), at=NOW, **facts)
        assert (funded(), Campaign.objects.values().get()) == before


class TestEnd:
    def test_puts_the_rest_back_once_nothing_can_be_claimed(self, viewer):
        found = campaign(budget=300)
        joined(viewer, found)
        gift_from(viewer, CreatorFactory())
        claimed(viewer, found)
        for _ in range(2):
            shown = end(campaign_id=found.pk, at=CLOSED)
        assert (shown.state, shown.released, funded()) == (CampaignState.ENDED, 297, 0)

    def test_waits_for_those_who_have_still_to_claim(self):
        found = campaign()
        with pytest.raises(UnableToChangeCampaign, match="can be claimed until 2026-03-27"):
            end(campaign_id=found.pk, at=LATER)
        assert funded() == 300

    def test_keeps_what_waits_for_a_decision(self, viewer):
        found = campaign(reviewed=True)
        joined(viewer, found)
        gift_from(viewer, CreatorFactory())
        waiting = claimed(viewer, found)
        end(campaign_id=found.pk, at=CLOSED)
        assert funded() == 3
        for _ in range(2):
            reject(claim_id=waiting.pk, actor=StaffFactory(is_superuser=True), reason="No.", at=CLOSED)
        found.refresh_from_db()
        assert (found.committed, found.released, funded()) == (0, 300, 0)


class TestCancel:
    def test_puts_the_rest_back_at_once(self):
        found = campaign()
        for _ in range(2):
            shown = cancel(actor=PUBLISHER, campaign_id=found.pk, at=NOW)
        assert (shown.state, shown.closed_at, funded()) == (CampaignState.CANCELLED, NOW, 0)

    def test_drops_a_draft_without_an_entry(self, nothing_moves):
        assert cancel(actor=PUBLISHER, campaign_id=draft().pk, at=NOW).state == CampaignState.CANCELLED

    def test_leaves_alone_what_has_ended(self):
        found = campaign()
        end(campaign_id=found.pk, at=CLOSED)
        with pytest.raises(WrongCampaignState):
            cancel(actor=PUBLISHER, campaign_id=found.pk, at=CLOSED)
