import datetime as dt

import pytest

from tests.factories.gifts import NOW, gift_type
from tests.factories.people import CreatorFactory, UserFactory
from wallets.queries.gift_wishes import wished

pytestmark = pytest.mark.django_db


class TestWished:
    def test_finds_both_in_one_query(self, django_assert_num_queries):
        creator, kite = CreatorFactory(handle="lumi"), gift_type("kite")
        with django_assert_num_queries(1):
            person, kind = wished("lumi", "kite", NOW)
        assert (person, kind) == (creator, kite)
        for found, row in ((person, creator), (kind, kite)):
            row.refresh_from_db()  # and what was not read is read when it is asked for
            names = [field.attname for field in row._meta.concrete_fields]
            assert [getattr(found, name) for name in names] == [getattr(row, name) for name in names]

    def test_knows_who_has_stopped_taking_gifts(self):
        person = UserFactory(handle="lumi", is_creator=False)
        assert wished("lumi", "kite", NOW)[0] == person

    def test_finds_nobody_and_nothing(self):
        UserFactory(handle="")
        assert wished("", "none", NOW) == (None, None)
        assert wished("nobody", "none", NOW) == (None, None)

    def test_believes_for_a_second_what_was_found(self, django_assert_num_queries):
        creator, kite = CreatorFactory(handle="lumi"), gift_type("kite")
        assert wished("lumi", "kite", NOW) == (creator, kite)
        with django_assert_num_queries(0):
            assert wished("lumi", "kite", NOW + dt.timedelta(seconds=0.9)) == (creator, kite)
        for at in (NOW + dt.timedelta(seconds=1), NOW - dt.timedelta(seconds=1)):
            with django_assert_num_queries(1):
                wished("lumi", "kite", at)

    def test_does_not_remember_that_there_was_nobody(self):
        gift_type("kite")
        assert wished("lumi", "kite", NOW)[0] is None
        creator = CreatorFactory(handle="lumi")
        assert wished("lumi", "kite", NOW)[0] == creator
