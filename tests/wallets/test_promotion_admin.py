import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from tests.factories.people import StaffFactory
from tests.factories.promotions import promoted
from wallets.models import Promotion

LIST, ADD = (reverse(f"admin:wallets_promotion_{page}") for page in ("changelist", "add"))
TERMS = {"name": "Spring", "percent_off": "20", "region": "EU", "package_coins": "700", "confirmed": "1"}


@pytest.fixture
def desk_of(client, db):
    """The admin, for somebody with these permissions."""

    def log_in(*names):
        staff = StaffFactory()
        staff.user_permissions.set(Permission.objects.filter(codename__in=names))
        client.force_login(get_user_model().objects.get(pk=staff.pk))
        return client

    return log_in


class TestAnnounce:
    def test_begins_at_once_unless_told_and_is_logged(self, desk_of):
        staff = desk_of("view_promotion", "add_promotion")
        assert staff.post(ADD, TERMS).status_code == 302
        promotion = Promotion.objects.get()
        assert (promotion.percent_off, promotion.package_coins, promotion.stock) == (20, 700, None)
        assert abs(timezone.now() - promotion.starts_at) < dt.timedelta(minutes=1)
        entry = LogEntry.objects.get()
        assert (entry.user, entry.object_id) == (promotion.announced_by, str(promotion.pk))

    @pytest.mark.parametrize(
        ("facts", "words"),
        [
            ({"percent_off": "80"}, "gifts to oneself would be a profit"),
            ({"percent_off": ""}, "Give either a percentage or bonus coins."),
            ({"bonus_coins": "5"}, "Give either a percentage or bonus coins."),
            ({"percent_off": "91"}, "less than or equal to 90"),
            ({"package_coins": "71"}, "Select a valid choice"),
            ({"starts_at": "2020-01-01T00:00"}, "begin in the past"),
            ({"stock": "-1"}, "greater than or equal to 0"),
            ({"name": ""}, "This field is required"),
        ],
    )
    def test_says_why_it_can_not_be(self, desk_of, facts, words):
        page = desk_of("view_promotion", "add_promotion").post(ADD, TERMS | facts)
        assert page.status_code == 200
        assert words in page.text
        assert not Promotion.objects.exists()

    def test_shows_what_is_sold_for_how_much_before_it_is_confirmed(self, desk_of):
        staff = desk_of("view_promotion", "add_promotion")
        terms = {name: value for name, value in TERMS.items() if name != "confirmed"}
        page = staff.post(ADD, terms).text
        assert "<td>700 coins for €8.40</td><td>700 coins for €6.72</td>" in page
        for name, value in terms.items():
            assert f'name="{name}" value="{value}"' in page
        page = staff.post(ADD, terms | {"percent_off": "", "bonus_coins": "70", "region": ""}).text
        assert "<td>700 coins for €8.40</td><td>770 coins for €8.40</td>" in page
        assert page.count("<td>770 coins for") == 5
        assert not Promotion.objects.exists()

    def test_asks_for_the_permission(self, desk_of):
        assert desk_of("view_promotion").post(ADD, TERMS).status_code == 403
        assert not Promotion.objects.exists()


class TestEndEarly:
    @pytest.fixture
    def promotion(self, db):
        now = timezone.now()
        return promoted(starts_at=now, ends_at=now + dt.timedelta(days=7))

    def url(self, promotion) -> str:
        return reverse("admin:wallets_promotion_actions", args=[promotion.pk, "end_early"])

    def test_asks_then_ends_it_and_is_logged(self, desk_of, promotion):
        staff = desk_of("view_promotion", "change_promotion")
        page = staff.get(reverse("admin:wallets_promotion_change", args=[promotion.pk])).text
        assert self.url(promotion) in page
        assert "keep their price" in staff.get(self.url(promotion)).text
        assert Promotion.objects.get().ended_at is None
        assert staff.post(self.url(promotion), {}).status_code == 302
        assert Promotion.objects.get().ended_at is not None
        assert "ends on" in LogEntry.objects.get().change_message

    def test_says_why_it_can_not(self, desk_of, promotion):
        staff = desk_of("view_promotion", "change_promotion")
        page = staff.post(self.url(promotion), {"ends_at": "2020-01-01T00:00"})
        assert "in the past" in page.text
        assert Promotion.objects.get().ended_at is None

    def test_asks_for_the_permission(self, desk_of, promotion):
        staff = desk_of("view_promotion")
        page = staff.get(reverse("admin:wallets_promotion_change", args=[promotion.pk])).text
        assert "End it early" not in page
        assert staff.post(self.url(promotion), {}).status_code == 403
        assert Promotion.objects.get().ended_at is None

    def test_can_not_rewrite_its_terms(self, desk_of, promotion):
        staff = desk_of("view_promotion", "change_promotion", "delete_promotion")
        for page in ("change", "delete"):
            url = reverse(f"admin:wallets_promotion_{page}", args=[promotion.pk])
            assert staff.post(url, TERMS | {"percent_off": "5", "post": "yes"}).status_code == 403
        assert Promotion.objects.get().percent_off == 20


class TestPromotionList:
    def test_asks_the_database_the_same_however_many_there_are(self, desk_of, django_assert_num_queries):
        staff = desk_of("view_promotion")
        for number in range(1, 4):
            promoted(name=f"No. {number}", stock=number)
            with django_assert_num_queries(6):
                staff.get(LIST)
        assert "0 of 3" in staff.get(LIST).text
