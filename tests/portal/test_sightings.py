"""From where people log in, and what that tells a reviewer of payouts."""

import datetime as dt
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.urls import reverse

from portal.models import Sighting
from portal.operations.sightings import saw
from portal.queries.sightings import CROWD, same_place
from portal.risk import shared_places
from tests.factories.gifts import NOW, gift_from
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db
HERE, THERE = "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"


def seen(person, *, address=HERE, device="d1", at=NOW):
    saw(person=person, address=address, device=device, at=at)


class TestSaw:
    def test_keeps_digests_alone_and_once(self):
        person = UserFactory()
        seen(person)
        seen(person, at=NOW + dt.timedelta(days=1))
        assert {row.kind for row in person.sightings.all()} == {"address", "device"}
        assert {row.last_at - row.first_at for row in person.sightings.all()} == {dt.timedelta(days=1)}
        assert not person.sightings.filter(digest__in=[HERE, "d1"]).exists()

    @pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.8", "fe80::1", "", "nonsense"])
    def test_keeps_no_address_that_tells_nothing(self, address):
        seen(UserFactory(), address=address)
        assert list(Sighting.objects.values_list("kind", flat=True)) == ["device"]


def log_in(client, **facts):
    """As somebody new, whose address is known to be theirs."""
    person = UserFactory()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    form = {"login": person.email, "password": "portal-demo"}
    return person, client.post(reverse("account_login"), form, **facts)


class TestLoggingIn:
    def test_is_seen_and_gives_the_browser_a_number(self, client):
        person, answer = log_in(client, REMOTE_ADDR=HERE)
        assert answer.status_code == 302
        assert answer.cookies[settings.DEVICE_COOKIE]["httponly"]
        assert person.sightings.count() == 2

    def test_knows_the_browser_again(self, client):
        for _ in range(2):
            log_in(client)
            client.cookies.pop("sessionid")
        assert len(set(Sighting.objects.filter(kind="device").values_list("digest", flat=True))) == 1
        assert Sighting.objects.filter(kind="device").count() == 2


class TestSamePlace:
    def test_says_what_is_shared(self):
        one, by_address, by_device, by_both, stranger = (UserFactory() for _ in range(5))
        seen(one)
        seen(by_address, device="d2")
        seen(by_device, address=THERE)
        seen(by_both)
        seen(stranger, address=THERE, device="d3")
        assert same_place(one.pk) == {
            by_address.pk: "same internet address",
            by_device.pk: "same device",
            by_both.pk: "same device",
        }

    def test_says_nothing_of_a_crowd(self):
        people = [UserFactory() for _ in range(CROWD + 1)]
        for number, person in enumerate(people):
            seen(person, device=f"d{number}")
        assert same_place(people[0].pk) == {}


class TestSharedPlaces:
    def payout(self, creator):
        return SimpleNamespace(creator_id=creator.pk, requested_at=NOW + dt.timedelta(days=1))

    def test_names_viewers_who_gave_from_the_creator_s_device(self):
        creator, viewer, friend = CreatorFactory(), UserFactory(), UserFactory()
        for person in (creator, viewer, friend):
            seen(person)
        assert shared_places(self.payout(creator)) is None
        gift_from(viewer, creator, quantity=3)
        words = shared_places(self.payout(creator))["evidence"]
        assert f"{viewer.email} (same device) gave" in words
        assert friend.email not in words
