import pytest
from django.utils import timezone

from ledger.chart import VIEWER_COINS
from ledger.queries import balance
from tests.factories.challenges import DAY, MINUTE, campaign, claimed, draft, joined
from tests.factories.gifts import gift_from
from tests.factories.people import CreatorFactory, UserFactory
from wallets.models import CheckIn, Claim, Submission
from wallets.operations.challenges import submit

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/challenges/"


@pytest.fixture
def api(client, viewer):
    client.force_login(viewer)
    return client


def running(**facts):
    return campaign(at=timezone.now() - DAY, **facts)


def post(api, path, key="k", **facts):
    headers = {"Idempotency-Key": key} if key else {}
    return api.post(f"{ROOT}{path}", facts, content_type="application/json", headers=headers)


class TestChallenges:
    def test_lists_those_that_run(self, api, django_assert_num_queries):
        draft()
        for slugs in (["kite"], ["clover", "spark-tap", "kite"]):
            for slug in slugs:
                found = running(kind="gifts", gift_slug=slug, target=9)
            with django_assert_num_queries(4):
                results = api.get(ROOT).json()["results"]
        assert len(results) == 4
        assert results[-1]["slug"] == found.slug
        assert (results[0]["rule"], results[0]["reward"]) == ("Send 9 gifts of the kind Kite.", "3")

    def test_shows_one_with_the_readers_progress(self, api, viewer):
        found, now = running(target=10), timezone.now()
        assert api.get(f"{ROOT}{found.slug}/").json()["progress"] is None
        joined(viewer, found, at=now)
        gift_from(viewer, CreatorFactory(), at=now - MINUTE)
        shown = api.get(f"{ROOT}{found.slug}/").json()
        assert shown["progress"] == {"current": "5", "target": "10", "claimed": 0, "claimable": 0}

    def test_knows_no_drafts(self, api):
        for path in (f"{draft().slug}/", "nothing/"):
            answer = api.get(f"{ROOT}{path}")
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    def test_is_for_those_who_log_in(self, client):
        assert client.get(ROOT).status_code == 401


class TestTakingPart:
    def test_joins_checks_in_and_claims(self, api, viewer):
        found = running(kind="check_ins", target=1)
        for counted in "01":
            assert api.put(f"{ROOT}{found.slug}/joining/").json()["progress"]["current"] == counted
            assert "date" in api.put(f"{ROOT}{found.slug}/check-ins/today/").json()
        answers = [post(api, f"{found.slug}/claims/") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json()["id"] == answers[1].json()["id"]
        assert balance(VIEWER_COINS.of(viewer.pk)) == 3
        assert CheckIn.objects.count() == 1

    def test_sends_in(self, api, viewer):
        found = running(kind="submissions", target=1, judges=[CreatorFactory()])
        joined(viewer, found, at=timezone.now())
        answer = post(api, f"{found.slug}/submissions/", text="Look")
        assert (answer.status_code, answer.json()["state"]) == (201, "waiting")
        assert post(api, f"{found.slug}/submissions/", text="Look").json()["id"] == answer.json()["id"]
        assert post(api, f"{found.slug}/submissions/", key="other", text="Look").json()["code"] == (
            "submission_refused"
        )
        assert Submission.objects.count() == 1

    @pytest.mark.parametrize(
        ("path", "status", "code"),
        [("claims/", 422, "not_joined"), ("submissions/", 422, "not_joined")],
    )
    def test_says_why_not(self, api, path, status, code):
        answer = post(api, f"{running().slug}/{path}", text="x")
        assert (answer.status_code, answer.json()["code"]) == (status, code)

    def test_tells_when_the_rewards_are_gone(self, api, viewer):
        found, other, now = running(budget=3), UserFactory(), timezone.now()
        for person in (other, viewer):
            joined(person, found, at=now)
            gift_from(person, CreatorFactory(), at=now - MINUTE)
        claimed(other, found, at=now)
        answer = post(api, f"{found.slug}/claims/")
        assert (answer.status_code, answer.json()["code"]) == (409, "rewards_gone")
        assert Claim.objects.count() == 1

    @pytest.mark.parametrize("path", ["claims/", "submissions/"])
    def test_asks_for_a_key(self, api, path):
        found = running()
        answer = post(api, f"{found.slug}/{path}", key="", text="x")
        assert (answer.status_code, "Idempotency-Key" in answer.json()["errors"]) == (400, True)


class TestJudging:
    ROOT = "/api/v1/judged-challenges/"

    @pytest.fixture
    def contest(self, api):
        creator = CreatorFactory()
        api.force_login(creator)
        found = running(kind="submissions", target=1, judges=[creator])
        for name in ("Ana", "Bo"):
            sender = UserFactory(display_name=name)
            joined(sender, found, at=timezone.now())
            submit(viewer=sender, campaign=found, key="a", text=f"By {name}", at=timezone.now())
        return found

    def judge(self, api, contest, submission, **wish):
        path = f"{self.ROOT}{contest.slug}/submissions/{submission}/judgement/"
        return api.put(path, wish, content_type="application/json")

    def test_is_done_by_the_judges(self, api, contest, django_assert_num_queries):
        running(kind="submissions", target=1, judges=[CreatorFactory()])
        with django_assert_num_queries(3):  # two of them find the session's person
            [told] = api.get(self.ROOT).json()["results"]
        assert (told["slug"], told["waiting"]) == (contest.slug, 2)
        path = f"{self.ROOT}{contest.slug}/submissions/"
        with django_assert_num_queries(4):
            second, first = api.get(path).json()["results"]
        assert (first["viewer"], first["text"], first["state"]) == ("Ana", "By Ana", "waiting")
        no = self.judge(api, contest, first["id"], accepted=False)
        assert (no.status_code, no.json()["code"]) == (422, "judging_refused")
        for _ in range(2):
            assert self.judge(api, contest, first["id"], accepted=True).json()["state"] == "accepted"
        assert self.judge(api, contest, first["id"], accepted=False, reason="No.").status_code == 422
        [left] = api.get(path, {"state": "waiting"}).json()["results"]
        assert left == second
        assert api.get(path, {"state": "x"}).status_code == 400

    def test_is_for_nobody_else(self, api, contest):
        api.force_login(CreatorFactory())
        sent = Submission.objects.first()
        assert api.get(self.ROOT).json()["results"] == []
        assert api.get(f"{self.ROOT}{contest.slug}/submissions/").status_code == 404
        assert self.judge(api, contest, sent.pk, accepted=True).status_code == 404
        assert set(Submission.objects.values_list("state", flat=True)) == {"waiting"}
