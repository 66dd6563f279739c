"""Keys that are looked up in one statement: each request is its own person's."""

import datetime as dt
from functools import partial

import pytest
from django.db.transaction import atomic
from django.test import Client
from django.utils import timezone

from portal.api import authentication
from portal.models import ApiKey
from tests.concurrency.company import in_company
from tests.factories.keys import issue_key
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def new_key(handle: str, **facts) -> str:
    return issue_key(user=UserFactory(handle=handle), name="phone", scopes=["profile:read"], **facts)


def ask(key: str) -> str | int:
    """The handle of whom the key belongs to, or the status that refused it."""
    answer = Client().get("/api/v1/profile/", headers={"Authorization": f"Bearer {key}"})
    return answer.json()["handle"] if answer.status_code == 200 else answer.status_code


class TestRequestsInCompany:
    def test_are_each_its_own_persons(self):
        ada, bob, eve = (new_key(handle) for handle in ("ada", "bob", "eve"))
        ApiKey.objects.filter(user__handle="eve").update(revoked_at=timezone.now())
        asks = [partial(ask, key) for key in (bob, ada, "lum_wrong", bob, eve, ada)]
        assert in_company(authentication._found_together, *asks) == ["bob", "ada", 401, "bob", 401, "ada"]
        used = dict(ApiKey.objects.values_list("user__handle", "last_used_at"))
        assert used["eve"] is None
        assert used["ada"] == used["bob"] > timezone.now() - dt.timedelta(minutes=1)

    def test_leave_it_to_others_to_note_what_these_are_noting(self):
        key = new_key("ada")
        with atomic():
            ApiKey.objects.select_for_update().get()
            assert in_company(authentication._found_together, partial(ask, key)) == ["ada"]
        assert ApiKey.objects.get().last_used_at is None
        assert ask(key) == "ada"
        assert ApiKey.objects.get().last_used_at
