"""Creators judge what was sent in."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories.challenges import DAY, campaign, joined
from tests.factories.people import CreatorFactory, UserFactory
from wallets.operations.challenges import submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def running(**facts):
    return campaign(at=timezone.now() - DAY, **facts)


class TestJudging:
    @pytest.fixture
    def creator(self):
        return CreatorFactory()

    @pytest.fixture
    def judge_of(self, client, creator):
        client.force_login(creator)
        return client

    @pytest.fixture
    def contest(self, creator):
        return running(kind="submissions", target=1, judges=[creator])

    def sent(self, found, text="Look"):
        viewer, now = UserFactory(), timezone.now()
        joined(viewer, found, at=now)
        return submit(viewer=viewer, campaign=found, key="k", text=text, at=now)

    def decide(self, client, sent, decision, reason=""):
        address = reverse("wallets:judge", args=[sent.joining.campaign.slug, sent.pk])
        return client.post(
            address, {f"{sent.pk}-decision": decision, f"{sent.pk}-reason": reason}, follow=True
        )

    def test_says_when_there_is_nothing(self, judge_of):
        assert "Nothing to judge" in judge_of.get("/studio/challenges/").text

    def test_lists_what_waits(self, judge_of, contest):
        self.sent(contest)
        assert "1 submission to judge" in judge_of.get("/studio/challenges/").text
        assert "Look" in judge_of.get(f"/studio/challenges/{contest.slug}/").text

    def test_accepts_and_rejects_with_a_reason(self, judge_of, contest):
        good, bad = self.sent(contest), self.sent(contest)
        self.decide(judge_of, good, "accept")
        answer = self.decide(judge_of, bad, "reject")
        assert (answer.status_code, "Say why" in answer.text) == (422, True)
        self.decide(judge_of, bad, "reject", "Too dark.")
        good.refresh_from_db()
        bad.refresh_from_db()
        assert (good.state, bad.state, bad.reason) == ("accepted", "rejected", "Too dark.")
        assert self.decide(judge_of, good, "nonsense").status_code == 422

    def test_is_not_for_others(self, client, contest):
        sent = self.sent(contest)
        client.force_login(CreatorFactory())
        assert client.get(f"/studio/challenges/{contest.slug}/").status_code == 404
        assert self.decide(client, sent, "accept").status_code == 404
        client.force_login(contest.judges.get())
        other = self.sent(running(kind="submissions", target=1, judges=[CreatorFactory()]))
        address = reverse("wallets:judge", args=[contest.slug, other.pk])
        assert client.post(address, {f"{other.pk}-decision": "accept"}).status_code == 404

    def test_asks_the_database_the_same_however_many_there_are(
        self, judge_of, contest, django_assert_num_queries
    ):
        for more in (1, 4):
            for _ in range(more):
                self.sent(contest)
            with django_assert_num_queries(5):
                judge_of.get(f"/studio/challenges/{contest.slug}/")
            with django_assert_num_queries(4):
                judge_of.get("/studio/challenges/")
