import pytest
from django.db import IntegrityError, transaction

from payouts.models import PayoutPolicy, PayoutPreference
from payouts.operations.preferences import UnableToChoose, choose
from payouts.queries import policy_for
from payouts.queries.preferences import choice, preference_of
from tests.factories.payouts import NOW, fix_rates
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def creator():
    fix_rates()
    return CreatorFactory()


def held(creator):
    found = choice(policy_for("DE", NOW), preference_of(creator.pk))
    return found.schedule, found.minimum, found.own


class TestChoose:
    def test_holds_from_now_on(self, creator):
        choose(owner=creator, schedule="weekly", minimum=10_000, at=NOW)
        assert held(creator) == ("weekly", 10_000, True)

    def test_keeps_what_was_chosen_before(self, creator):
        choose(owner=creator, schedule="weekly", minimum=None, at=NOW)
        choose(owner=creator, schedule="on_demand", minimum=None, at=NOW)
        assert held(creator) == ("on_demand", 4_500, False)
        assert PayoutPreference.objects.count() == 2

    def test_writes_nothing_for_the_same_again(self, creator):
        first = choose(owner=creator, schedule="weekly", minimum=5_000, at=NOW)
        assert choose(owner=creator, schedule="weekly", minimum=5_000, at=NOW) == first

    @pytest.mark.parametrize(
        ("schedule", "minimum", "field"),
        [("monthly", 4_499, "minimum"), ("monthly", 90_451, "minimum"), ("daily", None, "schedule")],
    )
    def test_refuses_what_the_terms_don_t_offer(self, creator, schedule, minimum, field):
        with pytest.raises(UnableToChoose) as refusal:
            choose(owner=creator, schedule=schedule, minimum=minimum, at=NOW)
        assert refusal.value.field == field
        assert not PayoutPreference.objects.exists()

    def test_takes_the_day_s_limit_for_the_highest_minimum(self, creator):
        assert choose(owner=creator, schedule="monthly", minimum=90_450, at=NOW).minimum == 90_450

    def test_needs_terms(self):
        with pytest.raises(UnableToChoose, match="not open in your country"):
            choose(owner=CreatorFactory(country="NG"), schedule="monthly", minimum=None, at=NOW)


class TestChoice:
    def test_is_the_terms_for_who_has_chosen_nothing(self, creator):
        assert held(creator) == ("monthly", 4_500, False)

    def test_gives_way_to_terms_that_no_longer_offer_it(self, creator):
        choose(owner=creator, schedule="weekly", minimum=5_000, at=NOW)
        PayoutPolicy.objects.filter(region="EU").update(schedules=["monthly"], minimum=6_000)
        assert held(creator) == ("monthly", 6_000, False)

    def test_forgets_a_minimum_in_another_currency(self, creator):
        choose(owner=creator, schedule="monthly", minimum=5_000, at=NOW)
        PayoutPolicy.objects.filter(region="EU").update(currency="SEK")
        assert held(creator) == ("monthly", 4_500, False)


class TestPayoutPreference:
    @pytest.mark.parametrize(
        "nonsense", [{"minimum": 0, "currency": "EUR"}, {"minimum": 5}, {"schedule": "daily"}]
    )
    def test_can_t_hold_nonsense(self, creator, nonsense):
        with pytest.raises(IntegrityError), transaction.atomic():
            PayoutPreference.objects.create(
                **{"owner": creator, "schedule": "weekly", "set_at": NOW} | nonsense
            )

    def test_is_kept_as_written(self, creator):
        chosen = choose(owner=creator, schedule="weekly", minimum=None, at=NOW)
        chosen.schedule = "monthly"
        with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
            chosen.save()
