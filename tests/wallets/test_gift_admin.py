import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from tests.factories.gifts import gift_from, gift_type
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory
from wallets.models import Gift, GiftType

pytestmark = pytest.mark.django_db
GIFTS = "/admin/wallets/gift/"
TYPES = "/admin/wallets/gifttype/"


@pytest.fixture
def desk_of(client):
    """The admin, for somebody with these permissions."""

    def log_in(*names):
        staff = StaffFactory()
        staff.user_permissions.set(Permission.objects.filter(codename__in=names))
        client.force_login(get_user_model().objects.get(pk=staff.pk))
        return client

    return log_in


def act(client, tool: str, kind: GiftType, **facts):
    address = reverse("admin:wallets_gifttype_actions", args=[kind.pk, tool])
    return client.post(address, facts)


class TestGiftAdmin:
    def test_finds_gifts_by_either_person(self, desk_of):
        viewer = UserFactory(email="mara@example.test", handle="mara")
        gift_from(viewer, CreatorFactory(handle="lumi"))
        gift_from(UserFactory(), CreatorFactory())
        staff = desk_of("view_gift")
        for words in ("mara", "MARA@example.test", "lumi"):
            assert staff.get(GIFTS, {"q": words}).context["cl"].result_count == 1
        for words in ("nobody", "mar", "'"):
            assert staff.get(GIFTS, {"q": words}).context["cl"].result_count == 0
        assert staff.get(GIFTS, {"q": "\x00"}).status_code == 200

    def test_asks_the_database_the_same_however_many_there_are(self, desk_of, django_assert_num_queries):
        staff = desk_of("view_gift")
        for more in (1, 7):
            for _ in range(more):
                gift_from(UserFactory(), CreatorFactory())
            with django_assert_num_queries(6):
                staff.get(GIFTS)

    def test_lets_nobody_change_or_delete_one(self, admin_client):
        gift = gift_from(UserFactory(), CreatorFactory())
        assert admin_client.get(f"{GIFTS}{gift.pk}/change/").status_code == 200
        assert admin_client.post(f"{GIFTS}{gift.pk}/change/", {"coins": 1}).status_code == 403
        assert admin_client.post(f"{GIFTS}{gift.pk}/delete/", {"post": "yes"}).status_code == 403
        assert Gift.objects.filter(pk=gift.pk).exists()


class TestGiftTypeAdmin:
    def add(self, staff, name="Teapot", day="", time="", last_day="", last_time=""):
        facts = {
            "name": name,
            "slug": name.lower(),
            "coins": "42",
            "picture": "gift",
            "available_from_0": day,
            "available_from_1": time,
            "available_until_0": last_day,
            "available_until_1": last_time,
        }
        return staff.post(f"{TYPES}add/", facts)

    def test_adds_a_gift_from_now_on(self, desk_of):
        staff = desk_of("add_gifttype", "view_gifttype")
        assert staff.get(f"{TYPES}add/").status_code == 200
        assert self.add(staff).status_code == 302
        teapot = gift_type("teapot")
        assert teapot.coins == 42
        assert teapot.on_sale(timezone.now())

    def test_adds_a_gift_from_a_later_moment_on(self, desk_of):
        self.add(desk_of("add_gifttype", "view_gifttype"), day="2131-07-01", time="12:00")
        assert f"{gift_type('teapot').available_from:%F %H:%M}" == "2131-07-01 10:00"

    def test_refuses_a_sale_in_the_past(self, desk_of):
        answer = self.add(desk_of("add_gifttype", "view_gifttype"), day="2026-01-01", time="00:00:00")
        assert "choose a moment from now on" in answer.text
        assert not GiftType.objects.filter(slug="teapot").exists()

    def test_refuses_a_sale_that_ends_before_it_begins(self, desk_of):
        staff = desk_of("add_gifttype", "view_gifttype")
        answer = self.add(staff, last_day="2026-01-01", last_time="00:00:00")
        assert "sale ends after it began" in answer.text

    @pytest.mark.parametrize("day", ["x", "9999-99-99", "\x00"])
    def test_asks_for_a_day_that_makes_sense(self, desk_of, day):
        answer = self.add(desk_of("add_gifttype", "view_gifttype"), day=day, time="00:00:00")
        assert "Enter a valid date" in answer.text

    def test_refuses_a_second_price_at_one_time(self, desk_of):
        answer = self.add(desk_of("add_gifttype", "view_gifttype"), name="Kite")
        assert "Another row of this gift is on sale at that time" in answer.text

    def test_changes_a_price_by_a_new_row(self, desk_of):
        kite = gift_type("kite")
        answer = act(desk_of("change_gifttype", "view_gifttype"), "change_price", kite, coins="60")
        assert answer.status_code == 302
        assert list(
            GiftType.objects.filter(slug="kite").values_list("coins", flat=True).order_by("coins")
        ) == [
            49,
            60,
        ]

    def test_ends_a_sale_at_a_moment_of_the_reader_s_own_time_zone(self, desk_of):
        kite = gift_type("kite")
        facts = {"effective_at": "2031-07-01T12:00"}
        act(desk_of("change_gifttype", "view_gifttype"), "end_sale", kite, **facts)
        kite.refresh_from_db()
        assert f"{kite.available_until:%F %H:%M}" == "2031-07-01 10:00"

    def test_ends_a_sale_at_once(self, desk_of):
        staff, kite = desk_of("change_gifttype", "view_gifttype"), gift_type("kite")
        act(staff, "end_sale", kite, effective_at="")
        kite.refresh_from_db()
        assert kite.available_until <= timezone.now()

    @pytest.mark.parametrize("tool", ["change_price", "end_sale"])
    def test_shows_the_form_again_with_what_is_wrong(self, desk_of, tool):
        staff = desk_of("change_gifttype", "view_gifttype")
        answer = act(staff, tool, gift_type("kite"), coins="60", effective_at="2020-01-02T00:00")
        assert answer.status_code == 200
        assert "Choose a moment from now on" in answer.content.decode()
        assert staff.get(answer.wsgi_request.path).status_code == 200

    @pytest.mark.parametrize("tool", ["change_price", "end_sale"])
    def test_is_not_for_those_who_may_only_look(self, desk_of, tool):
        kite = gift_type("kite")
        assert act(desk_of("view_gifttype"), tool, kite, coins="60").status_code == 403
        assert GiftType.objects.filter(slug="kite").count() == 1

    def test_finds_no_row_under_an_address_that_makes_no_sense(self, desk_of):
        staff = desk_of("change_gifttype", "view_gifttype")
        assert staff.get(f"{TYPES}x/actions/end_sale/").status_code == 404

    def test_lets_nobody_edit_or_delete_a_row(self, admin_client):
        kite = gift_type("kite")
        assert admin_client.post(f"{TYPES}{kite.pk}/change/", {"coins": 1}).status_code == 403
        assert admin_client.post(f"{TYPES}{kite.pk}/delete/", {"post": "yes"}).status_code == 403
        gift_type("kite")

    def test_lists_the_catalogue_in_a_fixed_number_of_queries(self, desk_of, django_assert_num_queries):
        staff = desk_of("view_gifttype")
        for _ in range(2):
            with django_assert_num_queries(6):
                staff.get(TYPES)
            GiftType.objects.filter(coins__gt=20).delete()
