import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from tests.factories.payouts import requested_payout, reviewer
from tests.factories.people import StaffFactory, UserFactory

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
        payout = requested_payout()
        client.force_login(reviewer())
        (pile,) = client.get(DESK).context["desk"][:1]
        assert (pile["label"], pile["count"]) == ("Payouts to review", 1)
        assert list(client.get(pile["url"]).context["cl"].result_list) == [payout]

    def test_leads_administrators_to_lists_that_answer(self, admin_client, django_assert_num_queries):
        with django_assert_num_queries(8):
            piles = admin_client.get(DESK).context["desk"]
        assert len(piles) == 5
        for pile in piles:
            answer = admin_client.get(pile["url"])
            assert answer.status_code == 200
            assert answer.context["cl"].result_count == pile["count"]

    def test_shows_people_only_what_they_may_look_at(self, client):
        client.force_login(StaffFactory())
        answer = client.get(DESK)
        assert answer.context["desk"] == []
        assert "no permission to work on anything yet" in answer.content.decode()
