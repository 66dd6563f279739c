import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from ledger.chart import VIEWER_COINS
from ledger.queries import balance
from tests.factories.challenges import DAY, MINUTE, PUBLISHER, campaign, claimed, draft, joined
from tests.factories.gifts import gift_from
from tests.factories.people import CreatorFactory
from wallets.models import CheckIn, Claim, Submission
from wallets.operations.campaigns import cancel
from wallets.operations.challenges import judge

pytestmark = pytest.mark.django_db
LIST = "/challenges/"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def reader(client, viewer):
    client.force_login(viewer)
    return client


def running(**facts):
    return campaign(at=timezone.now() - DAY, **facts)


def act(client, found, name: str, **facts):
    return client.post(reverse(f"wallets:{name}", args=[found.slug]), facts, follow=True)


def key(page, form="claim_form") -> str:
    return str(page.context[form]["key"].value())


class TestTheList:
    def test_says_when_there_is_nothing(self, client, reader):
        assert "No challenge is open" in reader.get(LIST).text

    def test_tells_open_joined_and_past_ones_apart(self, reader, viewer, now):
        open_one, mine, done = (running(reward=1) for _ in range(3))
        for found in (mine, done):
            joined(viewer, found, at=now)
        gift_from(viewer, CreatorFactory(), at=now - MINUTE)
        claimed(viewer, done, at=now)
        draft(title="Secret")
        board = reader.get(LIST).context["board"]
        shown = [[card.campaign for card in part] for part in (board.open, board.joined, board.over)]
        assert shown == [[open_one], [mine], [done]]
        assert "Reward reached" in reader.get(LIST).text

    def test_shows_a_reader_those_of_their_country(self, reader, client):
        here, elsewhere = running(countries=["DE"]), running(countries=["FR"])
        page = reader.get(LIST).text
        assert here.title in page
        assert elsewhere.title not in page
        client.logout()
        assert elsewhere.title in client.get(LIST).text

    def test_asks_the_database_the_same_however_many_there_are(
        self, reader, viewer, now, django_assert_num_queries
    ):
        for more in (1, 3):
            for _ in range(more):
                for kind in ("spend", "gifts", "row"):
                    running(kind=kind, gift_slug="" if kind == "row" else "kite", target=500)
                    joined(viewer, running(kind=kind, target=500), at=now)
            with django_assert_num_queries(8):
                reader.get(LIST)


class TestTheChallenge:
    def test_tells_the_rule_the_dates_and_the_reward(self, client):
        found = running(kind="gifts", target=3, gift_slug="kite", times=2, countries=["DE"])
        page = client.get(found.get_absolute_url()).text
        for words in (
            "Send 3 gifts of the kind Kite.",
            "3 coins",
            "30 days after they come",
            "Up to 2 times",
        ):
            assert words in page
        assert "Germany" in page
        assert "Join this challenge" in page

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"kind": "spend"}, "Spend 5 coins on gifts."),
            ({"kind": "creators", "target": 1, "gift_slug": "kite"}, "a gift of the kind Kite to a creator."),
            ({"kind": "check_ins", "target": 1}, "Check in here on 1 day."),
            ({"kind": "row"}, "Check in here on 5 days in a row."),
        ],
    )
    def test_words_each_kind(self, client, facts, words):
        assert words in client.get(running(**facts).get_absolute_url()).text

    def test_says_how_few_rewards_are_left(self, client):
        page = client.get(running(budget=9).get_absolute_url()).text
        assert "Few rewards left" in page
        assert "Only 3" in page

    def test_hides_drafts_and_knows_no_others(self, reader):
        for slug in (draft().slug, "nothing"):
            assert reader.get(f"{LIST}{slug}/").status_code == 404
            assert reader.post(f"{LIST}{slug}/join/").status_code == 404

    def test_leads_those_unknown_to_the_login(self, client):
        found = running()
        for name in ("join_challenge", "check_in", "send_in", "claim_reward"):
            answer = client.post(reverse(f"wallets:{name}", args=[found.slug]))
            assert "/login/" in answer.headers["Location"]

    def test_says_that_it_is_not_for_this_country(self, reader):
        found = running(countries=["FR"])
        assert "Not open in your country" in reader.get(found.get_absolute_url()).text
        answer = act(reader, found, "join_challenge")
        assert (answer.status_code, "not open in your country" in answer.text) == (422, True)

    def test_tells_of_a_cancelled_one(self, reader, now):
        found = cancel(actor=PUBLISHER, campaign_id=running().pk, at=now)
        assert "was cancelled" in reader.get(found.get_absolute_url()).text

    def test_tells_when_it_begins(self, reader, now):
        found = campaign(starts_at=now + DAY, ends_at=now + 2 * DAY, at=now)
        assert "then you can join" in reader.get(found.get_absolute_url()).text

    def test_asks_the_database_a_fixed_number_of_times(self, reader, viewer, now, django_assert_num_queries):
        found = running(times=3, reward=2)
        joined(viewer, found, at=now)
        gift_from(viewer, CreatorFactory(), quantity=3, at=now - MINUTE)
        for number in range(2):
            claimed(viewer, found, key=str(number), at=now)
            with django_assert_num_queries(8):
                reader.get(found.get_absolute_url())


class TestTakingPart:
    def test_goes_from_joining_to_the_coins(self, reader, viewer, now):
        found = running(target=10)
        page = act(reader, found, "join_challenge")
        assert "0 of 10 coins" in page.text
        assert "10 coins to go" in page.text
        gift_from(viewer, CreatorFactory(), quantity=2, at=now - MINUTE)
        page = reader.get(found.get_absolute_url())
        assert "Claim 3 coins" in page.text
        used = key(page)
        page = act(reader, found, "claim_reward", key=used)
        assert "3 coins are in your wallet" in page.text
        assert "Spend them before" in page.text
        act(reader, found, "claim_reward", key=used)
        assert balance(VIEWER_COINS.of(viewer.pk)) == 3

    def test_tells_that_a_gift_just_sent_counts_soon(self, reader, viewer, now):
        found = running()
        joined(viewer, found, at=now)
        gift_from(viewer, CreatorFactory(), at=now)
        page = reader.get(found.get_absolute_url())
        assert "Claim 3 coins" not in page.text
        assert "Your last gift counts in half a minute" in page.text
        answer = act(reader, found, "claim_reward", key=key(page))
        assert (answer.status_code, answer.context["refusal"]) == (
            422,
            "Your last gift counts in half a minute: until then it can be undone.",
        )
        assert balance(VIEWER_COINS.of(viewer.pk)) == 0

    def test_refuses_a_claim_too_early_and_an_incomplete_one(self, reader, viewer, now):
        found = running(target=10)
        joined(viewer, found, at=now)
        page = reader.get(found.get_absolute_url())
        assert "Claim 3 coins" not in page.text
        answer = act(reader, found, "claim_reward", key=key(page))
        assert (answer.status_code, "0 of 10: 10 to go" in answer.text) == (422, True)
        assert act(reader, found, "claim_reward", key="x").status_code == 422
        assert not Claim.objects.exists()

    def test_checks_in_once_a_day(self, reader, viewer, now):
        found = running(kind="check_ins", target=3)
        joined(viewer, found, at=now)
        assert "Check in for today" in reader.get(found.get_absolute_url()).text
        page = act(reader, found, "check_in")
        assert "1 of 3 days" in page.text
        assert "Check in for today" not in page.text
        act(reader, found, "check_in")
        assert CheckIn.objects.count() == 1

    def test_sends_in_what_a_creator_judges(self, reader, viewer, now):
        creator = CreatorFactory()
        found = running(kind="submissions", target=1, judges=[creator])
        joined(viewer, found, at=now)
        used = key(reader.get(found.get_absolute_url()), "submission_form")
        answer = act(reader, found, "send_in", text="<b>Look</b>", link="nonsense", key=used)
        assert (answer.status_code, "Give a whole address" in answer.text) == (422, True)
        page = act(reader, found, "send_in", text="<b>Look</b>", link="https://example.com/x", key=used)
        assert "&lt;b&gt;Look" in page.text
        assert "waits to be judged" in page.text
        sent = Submission.objects.get()
        judge(creator=creator, submission_id=sent.pk, accepted=False, reason="Too dark.", at=now)
        page = reader.get(found.get_absolute_url()).text
        assert "Too dark." in page
        assert "gives one try" in page

    def test_tells_of_a_claim_in_review(self, reader, viewer, now):
        found = running(reviewed=True)
        joined(viewer, found, at=now)
        gift_from(viewer, CreatorFactory(), at=now - MINUTE)
        page = act(reader, found, "claim_reward", key=key(reader.get(found.get_absolute_url())))
        assert "In review" in page.text
        assert "the coins are set aside" in page.text


class TestTheWallet:
    def test_shows_reward_coins_and_when_they_expire(self, reader, viewer, now):
        found = running()
        joined(viewer, found, at=now)
        gift_from(viewer, CreatorFactory(), at=now - MINUTE)
        assert "Reward coins" not in reader.get(reverse("wallets:wallet")).text
        claimed(viewer, found, at=now)
        page = reader.get(reverse("wallets:wallet")).text
        assert "Reward coins" in page
        assert found.get_absolute_url() in page
        assert f"Reward: {found.title}" in reader.get(reverse("wallets:history")).text


class TestReadersDates:
    def test_are_of_their_own_time_zone(self, reader, now):
        found = campaign(at=now, ends_at=dt.datetime(2031, 7, 1, 12, tzinfo=dt.UTC))
        assert "2:00 PM" in reader.get(found.get_absolute_url()).text
