import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from payouts import catalogue
from payouts.models import PayoutPolicy
from payouts.operations.policies import RetroactiveTerms, announce_terms
from payouts.queries import policy_for
from tests.factories.payouts import NOW

pytestmark = pytest.mark.django_db


class TestCatalogue:
    def test_is_loaded_by_migration(self):
        minimums = dict(PayoutPolicy.objects.values_list("region", "minimum"))
        assert len(minimums) == 13
        assert (minimums["EU"], minimums["JP"], minimums["CO"], minimums["PA"]) == (
            4_500,
            8_000,
            40_000_000,
            10_000,
        )

    def test_is_loaded_twice_without_harm(self):
        before = list(PayoutPolicy.objects.order_by("id").values())
        catalogue.load(PayoutPolicy)
        assert list(PayoutPolicy.objects.order_by("id").values()) == before

    def test_caps_a_day_at_a_thousand_dollars(self):
        assert set(PayoutPolicy.objects.values_list("daily_cap_usd", flat=True)) == {100_000}


class TestPolicyFor:
    @pytest.mark.parametrize(
        ("country", "currency"), [("DE", "EUR"), ("PL", "EUR"), ("MC", "EUR"), ("JP", "JPY"), ("US", "USD")]
    )
    def test_finds_the_terms_of_a_country(self, country, currency):
        assert policy_for(country, NOW).currency == currency

    @pytest.mark.parametrize("country", ["NG", "", "CH"])
    def test_knows_none_elsewhere(self, country):
        assert policy_for(country, NOW) is None

    def test_changes_at_its_moment(self):
        change(region="EU", effective_at=NOW, minimum=5_000)
        assert policy_for("DE", NOW - dt.timedelta(seconds=1)).minimum == 4_500
        assert policy_for("DE", NOW).minimum == 5_000

    def test_lets_a_country_of_the_eu_have_its_own(self):
        change(region="SE", effective_at=NOW, currency="SEK", minimum=50_000)
        assert policy_for("SE", NOW).currency == "SEK"
        assert policy_for("SE", NOW - dt.timedelta(days=1)).currency == "EUR"


def change(region: str, **facts) -> PayoutPolicy:
    known = PayoutPolicy.objects.filter(region="EU").values().first()
    known.pop("id")
    return PayoutPolicy.objects.create(**known | facts | {"region": region})


class TestAnnounceTerms:
    def terms(self, effective_at: dt.datetime) -> PayoutPolicy:
        known = PayoutPolicy.objects.filter(region="EU").values().first()
        known.pop("id")
        return PayoutPolicy(**known | {"effective_at": effective_at, "minimum": 6_000})

    def test_holds_from_its_moment_on(self):
        announce_terms(policy=self.terms(NOW), at=NOW)
        assert policy_for("DE", NOW).minimum == 6_000

    def test_refuses_to_change_the_past(self):
        before = PayoutPolicy.objects.count()
        with pytest.raises(RetroactiveTerms, match="can't change the past"):
            announce_terms(policy=self.terms(NOW - dt.timedelta(microseconds=1)), at=NOW)
        assert PayoutPolicy.objects.count() == before


class TestPayoutPolicy:
    @pytest.mark.parametrize(
        "nonsense",
        [
            {"minimum": 0},
            {"fee_fixed": -1},
            {"daily_cap_usd": 0},
            {"fee_per_mille": 1001},
            {"effective_at": None},
        ],
    )
    def test_can_t_hold_nonsense(self, nonsense):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(**{"region": "EU", "effective_at": NOW} | nonsense)

    def test_is_one_for_a_region_and_moment(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(region="EU", effective_at=catalogue.EFFECTIVE_AT)
