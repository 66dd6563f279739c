import pytest
import time_machine

from payouts.operations import identity_review as review
from tests.factories.keys import issue_key
from tests.factories.papers import sign, submitted, verifier
from tests.factories.payouts import NOW
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/verification/"


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW):
        yield


def get(client, person, scope: str = "payouts:read"):
    key = issue_key(user=person, name="test", scopes=[scope])
    return client.get(ADDRESS, headers={"Authorization": f"Bearer {key}"})


class TestVerification:
    def test_says_what_is_missing(self, client):
        assert get(client, CreatorFactory()).json() == {
            "verified": False,
            "standing": "missing",
            "latest": None,
            "asked": [],
            "tax_forms_accepted": ["dac7"],
            "tax_form": None,
        }

    def test_shows_states_and_questions_and_no_secrets(self, client, django_assert_num_queries):
        creator = CreatorFactory()
        version = submitted(creator)
        review.ask(version_id=version.pk, actor=verifier(), questions={"city": "Which?"}, at=NOW)
        sign(creator)
        key = issue_key(user=creator, scopes=["payouts:read"])
        with django_assert_num_queries(4):
            response = client.get(ADDRESS, headers={"Authorization": f"Bearer {key}"})
        body = response.json()
        assert (body["standing"], body["latest"]["state"]) == ("asked", "asked")
        assert [asked["question"] for asked in body["asked"]] == ["Which?"]
        assert (body["tax_form"]["tax_number"], body["tax_form"]["in_force"]) == ("•••• 1809", True)
        for secret in ("Lumi", "Lindenweg", "36574261809"):
            assert secret not in response.content.decode()

    def test_needs_the_scope(self, client):
        assert client.get(ADDRESS).status_code == 401
        assert get(client, CreatorFactory(), "gifts:read").status_code == 403
