import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from tests.factories.payouts import requested_payout, reviewer
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
DESK = "/admin/"


class TestDesk:
    def test_sends_strangers_through_the_front_door(self, client):
        answer = client.get(DESK, follow=True)
        assert answer.redirect_chain[-1][0] == f"{reverse('account_login')}?next=/admin/"

    def test_takes_no_password_of_its_own(self, client):
        staff = StaffFactory()
        client.post("/admin/login/", {"username": staff.email, "password": "portal-demo"})
        assert "_auth_user_id" not in client.session

    def test_is_closed_to_everybody_else(self, client):
        client.force_login(UserFactory())
        assert client.get(DESK, follow=True).status_code == 403

    def test_logs_a_refusal_without_a_traceback(self, client, settings, caplog):
        client.force_login(UserFactory())
        client.get(DESK, follow=True)
        [record] = [each for each in caplog.records if each.name == "django.request"]
        for each in settings.LOGGING["handlers"]["console"]["filters"]:
            told = settings.LOGGING["filters"][each]
            assert told["callback"](record)
        assert (record.status_code, record.exc_info) == (403, None)

    def test_asks_staff_for_a_second_factor_where_it_is_needed(self, client, settings):
        settings.STAFF_NEED_SECOND_FACTOR = True
        staff = StaffFactory()
        client.force_login(staff)
        assert client.get(DESK, follow=True).redirect_chain[-1][0] == reverse("mfa_index")
        Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={})
        assert client.get(DESK).status_code == 200

    def test_only_offers_it_in_the_demo(self, client, settings):
        settings.STAFF_NEED_SECOND_FACTOR = False
        client.force_login(StaffFactory())
        assert client.get(DESK).status_code == 200

    def test_counts_what_waits_and_leads_to_it(self, client):
        payout, staff = requested_payout(), reviewer(is_creator=True, country="DE")
        client.force_login(staff)
        requested_payout(staff)  # somebody else decides about this one
        (pile,) = client.get(DESK).context["desk"][:1]
        assert (pile["label"], pile["count"]) == ("Payouts to review", 1)
        assert payout in client.get(pile["url"]).context["cl"].result_list

    def test_leads_administrators_to_lists_that_answer(self, admin_client, django_assert_num_queries):
        with django_assert_num_queries(29):
            piles = admin_client.get(DESK).context["desk"]
        assert len(piles) == 26
        for pile in piles:
            answer = admin_client.get(pile["url"])
            assert answer.status_code == 200
            assert answer.context["cl"].result_count == pile["count"]

    @pytest.mark.parametrize("asked", ["state__exact=%00", "state=open&risk=a%00"], ids=["exact", "own"])
    def test_shows_the_whole_list_for_a_filter_that_no_row_can_meet(self, admin_client, asked):
        payout, rows = requested_payout(), reverse("admin:payouts_payoutrequest_changelist")
        page = admin_client.get(f"{rows}?{asked}", follow=True)
        assert page.redirect_chain == [(f"{rows}?e=1", 302)]
        assert payout in page.context["cl"].result_list

    def test_lets_reviewers_read_the_profile_of_whom_they_decide_about(self, client):
        creator, staff = CreatorFactory(), reviewer()
        page = reverse("admin:portal_user_change", args=[creator.pk])
        client.force_login(StaffFactory())
        assert client.get(page).status_code == 403
        client.force_login(staff)
        text = client.get(page).content.decode()
        assert creator.email in text
        assert "user_permissions" not in text
        assert "pbkdf2" not in text
        assert client.post(page, {"display_name": "x"}).status_code == 403
        assert client.get(reverse("admin:portal_user_changelist")).status_code == 403

    def test_shows_people_only_what_they_may_look_at(self, client):
        client.force_login(StaffFactory())
        answer = client.get(DESK)
        assert answer.context["desk"] == []
        assert "no permission to work on anything yet" in answer.content.decode()


class TestPeopleAtTheDesk:
    @pytest.fixture
    def desk(self, client):
        client.force_login(StaffFactory(is_superuser=True))
        return client

    def test_are_listed_in_a_fixed_number_of_queries(self, desk, django_assert_max_num_queries):
        UserFactory.create_batch(20)
        with django_assert_max_num_queries(7):
            assert desk.get("/admin/portal/user/").status_code == 200

    def test_are_shown_and_changed(self, desk):
        person = UserFactory()
        address = f"/admin/portal/user/{person.pk}/change/"
        assert desk.get(address).status_code == 200
        desk.post(
            address, {"email": person.email, "time_zone": "UTC", "language": "en", "base_currency": "EUR"}
        )
        person.refresh_from_db()
        assert not person.is_active

    def test_get_no_powers_from_those_who_mend_profiles(self, client):
        clerk = StaffFactory()
        clerk.user_permissions.add(Permission.objects.get(codename="change_user"))
        client.force_login(clerk)
        facts = {"time_zone": "UTC", "language": "en", "base_currency": "EUR", "is_active": "on"}
        taken = {"is_staff": "on", "is_superuser": "on", "is_creator": "on", "email": "thief@example.test"}
        client.post(f"/admin/portal/user/{clerk.pk}/change/", facts | taken)
        email = clerk.email
        clerk.refresh_from_db()
        assert (clerk.base_currency, clerk.is_superuser, clerk.is_creator, clerk.email) == (
            "EUR",
            False,
            False,
            email,
        )
        passwords = {"password1": "stolen-password-1", "password2": "stolen-password-1"}
        other = UserFactory()
        address = f"/admin/portal/user/{other.pk}/password/"
        assert client.post(address, passwords | {"usable_password": "true"}).status_code == 403
        other.refresh_from_db()
        assert other.check_password("portal-demo")

    def test_are_added(self, desk):
        facts = {"email": "new@example.test", "usable_password": "true"}
        passwords = {"password1": "a-long-enough-secret", "password2": "a-long-enough-secret"}
        desk.post("/admin/portal/user/add/", facts | passwords)
        assert get_user_model().objects.get(email="new@example.test").check_password("a-long-enough-secret")

    def test_are_never_deleted(self, desk):
        assert desk.post(f"/admin/portal/user/{UserFactory().pk}/delete/", {"post": "yes"}).status_code == 403

    def test_keep_their_secrets_to_themselves(self, desk):
        page = desk.get("/admin/").content.decode()
        assert "Authenticator" not in page
        assert "Email address" not in page
