import datetime as dt

import pytest

from portal.operations.people import (
    BirthDateKept,
    HandleMissing,
    HandleTaken,
    become_creator,
    save_profile,
)
from portal.queries.people import creators_to_visit
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db


class TestSaveProfile:
    def test_keeps_what_was_given(self):
        user = UserFactory()
        save_profile(user_id=user.pk, display_name="Mira", time_zone="Asia/Tokyo")
        user.refresh_from_db()
        assert (user.display_name, user.time_zone) == ("Mira", "Asia/Tokyo")

    def test_leaves_the_rest_alone(self):
        user = UserFactory(handle="mira")
        save_profile(user_id=user.pk, display_name="Mira")
        user.refresh_from_db()
        assert user.handle == "mira"

    def test_refuses_the_handle_of_another(self):
        UserFactory(handle="taken")
        user = UserFactory(handle="mine")
        with pytest.raises(HandleTaken, match="taken"):
            save_profile(user_id=user.pk, handle="taken")
        user.refresh_from_db()
        assert user.handle == "mine"

    def test_lets_many_go_without_a_handle(self):
        UserFactory(handle="")
        assert save_profile(user_id=UserFactory().pk, handle="").handle == ""

    def test_refuses_a_creator_without_a_handle(self):
        creator = CreatorFactory(handle="lumi")
        with pytest.raises(HandleMissing):
            save_profile(user_id=creator.pk, handle="")
        creator.refresh_from_db()
        assert creator.handle == "lumi"

    def test_keeps_a_birth_date_once_told(self):
        user = UserFactory(birth_date=None)
        told = dt.date(2001, 2, 3)
        assert save_profile(user_id=user.pk, birth_date=told).birth_date == told
        assert save_profile(user_id=user.pk, birth_date=told, display_name="Mira").display_name == "Mira"
        for other in (dt.date(1990, 1, 1), None):
            with pytest.raises(BirthDateKept):
                save_profile(user_id=user.pk, birth_date=other, display_name="Mallory")
        user.refresh_from_db()
        assert (user.birth_date, user.display_name) == (told, "Mira")

    def test_writes_nothing_but_the_profile(self):
        with pytest.raises(TypeError, match="is_staff"):
            save_profile(user_id=UserFactory().pk, is_staff="yes")


class TestBecomeCreator:
    def test_opens_the_studio(self):
        assert become_creator(user_id=UserFactory().pk).is_creator

    def test_says_the_same_twice(self):
        assert become_creator(user_id=CreatorFactory().pk).is_creator

    def test_asks_for_a_handle_first(self):
        user = UserFactory(handle="")
        with pytest.raises(HandleMissing, match="handle"):
            become_creator(user_id=user.pk)
        user.refresh_from_db()
        assert not user.is_creator


class TestCreatorsToVisit:
    def test_lists_the_latest_first(self):
        first, second = CreatorFactory(), CreatorFactory()
        assert list(creators_to_visit()) == [second, first]

    def test_leaves_out_those_without_a_page(self):
        UserFactory()
        CreatorFactory(is_active=False)
        assert not creators_to_visit()

    def test_stops_at_its_limit(self):
        CreatorFactory.create_batch(3)
        assert len(creators_to_visit(limit=2)) == 2
