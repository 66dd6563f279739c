import datetime as dt
import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.models import MutedKind, Notice
from portal.views.notices import PAGE
from tests.factories.notices import notice_of
from tests.factories.payouts import NOW
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST, CHOICES = "/notifications/", "/notifications/choices/"
BELL = re.compile(r'class="count">([^<]*)<')


@pytest.fixture
def creator(client):
    creator = CreatorFactory()
    client.force_login(creator)
    return creator


class TestNotices:
    @pytest.mark.parametrize("path", [LIST, CHOICES])
    def test_ask_strangers_to_log_in(self, client, path):
        assert client.get(path).url.startswith(reverse("account_login"))

    def test_tell_reason_and_next_step_newest_first(self, client, creator):
        notice_of(creator, "payout_on_hold", reason="Send <b>us</b> your papers.\nBoth sides.")
        notice_of(creator, "payout_paid", at=NOW + dt.timedelta(days=3), url="/studio/payouts/")
        page = client.get(LIST).text
        assert page.index("€89.65: Your payout is paid") < page.index("€89.65: Your payout is on hold")
        assert "Send &lt;b&gt;us&lt;/b&gt; your papers.<br>Both sides." in page
        assert "we write to you when it goes on" in page
        assert "See this payout" in page

    def test_read_as_their_reader_reads(self, client):
        reader = CreatorFactory(language="en-gb", time_zone="Asia/Tokyo")
        notice_of(reader, "method_added")
        client.force_login(reader)
        page = client.get(LIST).text
        assert "2 Mar 2026, 21:00" in page
        assert "before 7 Mar 2026, 21:00" in page

    def test_are_empty_at_first(self, client, creator):
        page = client.get(LIST).text
        assert "Nothing yet" in page
        assert "Mark all as read" not in page

    def test_show_nobody_elses(self, client, creator):
        notice_of(UserFactory())
        page = client.get(LIST).text
        assert "Nothing yet" in page
        assert not BELL.search(page)

    def test_can_be_narrowed_to_the_unread(self, client, creator):
        notice_of(creator, "payout_paid")
        seen = notice_of(creator, "payout_approved")
        client.post(reverse("notice_read", args=[seen.pk]))
        page = client.get(LIST, {"show": "unread"}).text
        assert "is paid" in page
        assert "is approved" not in page
        Notice.objects.update(read_at=NOW)
        assert "All read" in client.get(LIST, {"show": "unread"}).text

    def test_outlive_the_words_of_their_kind(self, client, creator):
        notice_of(creator)
        Notice.objects.update(kind="forgotten")
        assert "Nothing yet" in client.get(LIST).text

    @pytest.mark.parametrize("page", ["0", "999", "x", "\x00"])
    def test_take_any_page_number(self, client, creator, page):
        notice_of(creator)
        assert client.get(LIST, {"page": page}).status_code == 200

    def test_cost_the_same_however_many(self, client, creator, django_assert_num_queries):
        for day in range(PAGE + 1):
            notice_of(creator, at=NOW + dt.timedelta(days=day))
        with django_assert_num_queries(4):  # session, person with their count, count of rows, rows
            assert client.get(LIST).text.count('class="card') == PAGE


class TestBell:
    def test_counts_what_is_unread_on_every_page(self, client, creator):
        assert not BELL.search(client.get("/").text)
        for day in range(2):
            notice_of(creator, at=NOW + dt.timedelta(days=day))
        notice_of(UserFactory())
        assert BELL.search(client.get("/").text)[1] == "2"

    def test_costs_no_query(self, client, creator, django_assert_num_queries):
        notice_of(creator)
        with django_assert_num_queries(2):  # the session and its person
            client.get(reverse("profile"))

    def test_stops_counting_at_a_hundred(self, client, creator):
        facts = {"person": creator, "kind": "payout_paid", "at": NOW, "to_mail": False}
        Notice.objects.bulk_create([Notice(key=str(number), **facts) for number in range(100)])
        assert BELL.search(client.get("/").text)[1] == "99+"

    def test_lets_nobody_in_who_was_made_inactive(self, client, creator):
        creator.is_active = False
        creator.save()
        assert client.get(LIST).status_code == 302


class TestRead:
    def test_leads_to_what_it_is_about(self, client, creator):
        notice = notice_of(creator, url="/studio/payouts/")
        answer = client.post(reverse("notice_read", args=[notice.pk]))
        assert answer.url == "/studio/payouts/"
        notice.refresh_from_db()
        assert notice.read_at is not None

    def test_stays_in_the_list_if_asked(self, client, creator):
        notice = notice_of(creator, url="/studio/payouts/")
        answer = client.post(reverse("notice_read", args=[notice.pk]), {"stay": "2&x"})
        assert answer.url == f"/notifications/?page=2%26x#notice-{notice.pk}"

    def test_keeps_the_first_moment(self, client, creator):
        notice = notice_of(creator)
        Notice.objects.update(read_at=NOW)
        client.post(reverse("notice_read", args=[notice.pk]))
        assert Notice.objects.get().read_at == NOW

    def test_finds_nobody_elses(self, client, creator):
        other = notice_of(UserFactory())
        for pk in (other.pk, uuid.uuid4()):
            assert client.post(reverse("notice_read", args=[pk])).status_code == 404
        assert Notice.objects.get().read_at is None

    @pytest.mark.parametrize("name", ["notice_read", "notices_read"])
    def test_is_no_link(self, client, creator, name):
        arguments = [notice_of(creator).pk] if name == "notice_read" else []
        assert client.get(reverse(name, args=arguments)).status_code == 405


class TestReadAll:
    def test_spares_what_came_after_the_page_and_what_is_of_others(self, client, creator):
        notice_of(creator)
        later = notice_of(creator, at=timezone.now() + dt.timedelta(minutes=1))
        other = notice_of(UserFactory())
        until = re.search('name="until" value="([^"]*)"', client.get(LIST).text)[1]
        client.post(reverse("notices_read"), {"until": until})
        assert set(Notice.objects.filter(read_at__isnull=True)) == {later, other}

    @pytest.mark.parametrize("until", ["", "x", "9999-99-99"])
    def test_marks_nothing_without_a_moment(self, client, creator, until):
        notice_of(creator)
        page = client.post(reverse("notices_read"), {"until": until}, follow=True)
        assert "nothing was marked" in page.text
        assert Notice.objects.get().read_at is None


class TestChoices:
    def test_offer_what_may_be_switched_off(self, client, creator):
        page = client.get(CHOICES).text
        assert re.search(r'value="payout_approved" checked', page)
        assert 'value="payout_paid"' not in page
        assert "Your payout is paid" in page

    def test_offer_viewers_nothing_of_creators(self, client):
        client.force_login(UserFactory())
        assert "Your payout is paid" not in client.get(CHOICES).text

    def test_hold_from_then_on(self, client, creator):
        client.post(CHOICES, {"mails": ["payout_requested"]})
        assert set(MutedKind.objects.values_list("kind", flat=True)) >= {
            "payout_approved",
            "payout_in_review",
        }
        assert not notice_of(creator, "payout_approved").to_mail
        assert notice_of(creator, "payout_requested").to_mail
        assert 'value="payout_approved" checked' not in client.get(CHOICES).text
        client.post(CHOICES, {"mails": ["payout_approved"]})
        muted = set(MutedKind.objects.values_list("kind", flat=True))
        assert "payout_requested" in muted
        assert "payout_approved" not in muted

    @pytest.mark.parametrize("kind", ["payout_paid", "weather", "\x00"])
    def test_refuse_what_is_no_choice(self, client, creator, kind):
        assert client.post(CHOICES, {"mails": [kind]}).status_code == 422
        assert not MutedKind.objects.exists()

    def test_touch_nobody_elses(self, client, creator):
        client.post(CHOICES, {})
        assert notice_of(CreatorFactory(), "payout_approved").to_mail

    def test_cost_few_queries(self, client, creator, django_assert_num_queries):
        with django_assert_num_queries(3):  # session, person, what is switched off
            client.get(CHOICES)
