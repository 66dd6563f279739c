import datetime as dt

import pytest

from tests.factories.people import UserFactory
from tests.factories.purchases import NOW, package
from wallets.ages import (
    BirthDateUnknown,
    CountryUnknown,
    ImpossibleBirthDate,
    TooYoung,
    age_on,
    assert_adult,
    assert_possible,
)
from wallets.models import CoinPurchase
from wallets.operations.ages import tell_age
from wallets.operations.purchases import record_purchase

TODAY = NOW.date()


class TestAgeOn:
    @pytest.mark.parametrize(
        ("born", "day", "age"),
        [
            ("2008-03-01", "2026-02-28", 17),
            ("2008-03-01", "2026-03-01", 18),
            ("2008-02-29", "2026-02-28", 17),
            ("2008-02-29", "2026-03-01", 18),
            ("2008-02-29", "2028-02-29", 20),
        ],
    )
    def test_counts_birthdays(self, born, day, age):
        assert age_on(dt.date.fromisoformat(born), dt.date.fromisoformat(day)) == age


@pytest.mark.django_db
class TestAssertAdult:
    @pytest.mark.parametrize(
        ("country", "born", "allowed"),
        [
            ("DE", "2008-03-01", True),
            ("DE", "2008-03-02", False),
            ("KR", "2007-03-01", True),
            ("KR", "2007-03-02", False),
            ("JP", "2008-03-01", True),
        ],
    )
    def test_knows_the_age_of_the_country(self, country, born, allowed):
        person = UserFactory(country=country, birth_date=dt.date.fromisoformat(born))
        if allowed:
            assert_adult(person, NOW)
            return
        with pytest.raises(TooYoung):
            assert_adult(person, NOW)

    def test_goes_by_the_persons_own_calendar(self):
        """At noon of 1 March in UTC it is 2 March on Kiritimati already."""
        person = UserFactory(birth_date=dt.date(2008, 3, 2), time_zone="Pacific/Kiritimati")
        assert_adult(person, NOW)

    def test_asks_for_what_is_unknown(self):
        with pytest.raises(CountryUnknown):
            assert_adult(UserFactory(country="", birth_date=None), NOW)
        with pytest.raises(BirthDateUnknown):
            assert_adult(UserFactory(birth_date=None), NOW)


@pytest.mark.django_db
class TestRecordPurchase:
    @pytest.mark.parametrize(
        ("facts", "refusal", "code"),
        [
            ({"birth_date": dt.date(2008, 3, 2)}, TooYoung, "too_young"),
            ({"birth_date": dt.date(2007, 3, 2), "country": "KR"}, TooYoung, "too_young"),
            ({"birth_date": None}, BirthDateUnknown, "birth_date_unknown"),
            ({"country": ""}, CountryUnknown, "country_unknown"),
        ],
    )
    def test_sells_to_adults_alone(self, nothing_moves, facts, refusal, code):
        person = UserFactory(**facts)
        sold = package("US" if facts.get("country") is not None else "EU")
        with pytest.raises(refusal) as caught:
            record_purchase(viewer=person, package_id=sold.pk, key="k", at=NOW)
        assert caught.value.code == code
        assert not CoinPurchase.objects.exists()

    def test_reads_what_the_database_knows_rather_than_the_caller(self, viewer):
        stale = type(viewer).objects.get(pk=viewer.pk)
        type(viewer).objects.update(birth_date=dt.date(2020, 1, 1))
        with pytest.raises(TooYoung):
            record_purchase(viewer=stale, package_id=package().pk, key="k", at=NOW)


@pytest.mark.django_db
class TestTellAge:
    def test_keeps_what_was_unknown(self):
        person = UserFactory(birth_date=None, country="")
        tell_age(viewer=person, birth_date=dt.date(2000, 1, 2), country="FR", at=NOW)
        person.refresh_from_db()
        assert (person.birth_date, str(person.country)) == (dt.date(2000, 1, 2), "FR")

    def test_changes_nothing_that_was_told(self, viewer):
        tell_age(viewer=viewer, birth_date=dt.date(2000, 1, 2), country="FR", at=NOW)
        viewer.refresh_from_db()
        assert (viewer.birth_date, str(viewer.country)) == (dt.date(1990, 5, 17), "DE")

    @pytest.mark.parametrize("days", [1, -121 * 366])
    def test_refuses_what_nobody_can_be(self, days):
        person = UserFactory(birth_date=None)
        with pytest.raises(ImpossibleBirthDate):
            tell_age(viewer=person, birth_date=TODAY + dt.timedelta(days=days), at=NOW)
        person.refresh_from_db()
        assert person.birth_date is None

    def test_takes_a_day_old(self):
        assert_possible(TODAY, NOW)
