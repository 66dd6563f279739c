import datetime as dt
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from ledger.chart import OWN_FUNDS
from ledger.models import Account, Entry, Rate
from ledger.queries import balance
from tests.factories.people import StaffFactory

PAGES = {
    "account": Account,
    "entry": Entry,
    "rate": Rate,
}


@pytest.fixture
def desk(client, books):
    for number in range(5):
        books.give(1, key=f"tip {number}")
    client.force_login(StaffFactory(is_superuser=True))
    return client


class TestTheBooksAtTheDesk:
    @pytest.mark.parametrize("page", PAGES)
    def test_list_rows_in_a_fixed_number_of_queries(self, desk, page, django_assert_max_num_queries):
        with django_assert_max_num_queries(8):
            assert desk.get(f"/admin/ledger/{page}/").status_code == 200

    @pytest.mark.parametrize("page", PAGES)
    def test_show_a_row_and_let_nobody_write(self, desk, page):
        row = PAGES[page].objects.first()
        assert desk.get(f"/admin/ledger/{page}/{row.pk}/change/").status_code == 200
        for address in (f"{row.pk}/change/", f"{row.pk}/delete/", *(["add/"] if page == "account" else [])):
            assert desk.post(f"/admin/ledger/{page}/{address}", {"kind": "x"}).status_code == 403

    def test_spell_out_an_entry(self, desk):
        entry = Entry.objects.get(key="tip 0")
        page = desk.get(f"/admin/ledger/entry/{entry.pk}/change/").content.decode()
        assert "creator.diamonds.pending" in page
        assert "<strong>1.00 diamond</strong>" in page

    def test_find_an_account_by_its_owner(self, desk, books):
        owner = Account.objects.get(id=books.coins.id).owner
        assert owner.handle in desk.get(f"/admin/ledger/account/?q={owner.handle}").content.decode()


class TestAnnouncingARate:
    ADD = "/admin/ledger/rate/add/"
    FACTS = {
        "base": "USD",
        "quote": "CLP",
        "value": "951.5",
        "effective_at_0": "2099-01-01",
        "effective_at_1": "00:00",
        "reason": "The central bank's",
    }

    def test_is_confirmed_before_it_adds_a_row(self, desk):
        before = Rate.objects.count()
        page = desk.post(self.ADD, self.FACTS)
        assert "951.5" in page.text
        assert Rate.objects.count() == before
        hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text.split("<form method", 2)[-1]))
        assert (
            desk.post(self.ADD, hidden | {"reason": self.FACTS["reason"], "confirmed": "1"}).status_code
            == 302
        )
        row = Rate.objects.get(base="USD", quote="CLP")
        assert (str(row.value.normalize()), row.reason) == ("951.5", "The central bank's")
        assert row.set_by.is_superuser
        assert LogEntry.objects.filter(object_id=str(row.pk)).exists()

    def test_shows_what_a_coin_would_pay_out(self, desk):
        page = desk.post(self.ADD, self.FACTS | {"base": "DIAMOND", "quote": "USD", "value": "0.006"}).text
        for words in ("0.005 USD", "0.006 USD", "The coin that is cheapest for it", "would be paid out"):
            assert words in page

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"base": "ABC"}, "base", "not a unit of account"),
            ({"quote": "USD"}, "quote", "joins two units"),
            ({"value": "-1"}, "value", "is positive"),
            ({"effective_at_0": "2020-01-01"}, "effective_at", "change the past"),
            ({"base": "DIAMOND", "quote": "USD", "value": "5"}, "value", "gifts to oneself"),
        ],
    )
    @pytest.mark.parametrize("confirmed", [{}, {"confirmed": "1"}])
    def test_says_why_not_beside_the_field_and_adds_nothing(self, desk, changes, field, words, confirmed):
        before = Rate.objects.count()
        page = desk.post(self.ADD, self.FACTS | changes | confirmed)
        assert page.status_code == 200
        assert words in str(page.context["adminform"].form.errors[field])
        assert Rate.objects.count() == before

    def test_explains_and_keeps_the_notice(self, desk, settings):
        settings.LEDGER_RATE_NOTICE = {"DIAMOND/USD": 7}
        assert "DIAMOND → USD 7 days" in desk.get(self.ADD).text
        soon = timezone.now() + dt.timedelta(days=6)
        facts = {"base": "DIAMOND", "quote": "USD", "value": "0.004", "effective_at_0": f"{soon:%F}"}
        assert "7 days ahead" in desk.post(self.ADD, self.FACTS | facts).text

    def test_is_told_where_somebody_else_was_faster(self, desk, monkeypatch):
        desk.post(self.ADD, self.FACTS | {"confirmed": "1"})
        page = desk.post(self.ADD, self.FACTS | {"confirmed": "1"}, follow=True)
        assert "already announced" in page.text or "already exists" in page.text
        monkeypatch.setattr(Rate, "validate_constraints", lambda *_, **__: None)
        page = desk.post(self.ADD, self.FACTS | {"confirmed": "1"}, follow=True)
        assert "already announced for that very moment" in page.text
        assert Rate.objects.filter(base="USD", quote="CLP").count() == 1

    @pytest.mark.django_db
    def test_is_for_those_who_may(self, client):
        client.force_login(StaffFactory())
        for facts in (self.FACTS, self.FACTS | {"confirmed": "1"}):
            assert client.post(self.ADD, facts).status_code == 403


class TestBookingOwnFunds:
    ADD = "/admin/ledger/entry/add/"
    FACTS = {
        "currency": "eur",
        "amount": "5000.50",
        "reference": "STMT 7/1",
        "reason": "Capital",
    }

    def test_is_confirmed_before_it_posts(self, desk):
        page = desk.post(self.ADD, self.FACTS)
        assert "€5,000.50" in page.text
        assert not Entry.objects.filter(kind="own_funds").exists()
        assert desk.post(self.ADD, self.FACTS | {"confirmed": "1"}).status_code == 302
        entry = Entry.objects.get(key="own_funds:STMT 7/1")
        assert entry.reason == "Capital"
        assert balance(OWN_FUNDS.platform("EUR")) == 500_050
        assert LogEntry.objects.filter(object_id=str(entry.pk)).exists()

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"currency": "COIN"}, "currency", "at most 3"),
            ({"currency": "XXX"}, "currency", "Not a currency"),
            ({"amount": "0"}, "amount", "greater than"),
            ({"amount": "1.001"}, "amount", "decimals"),
            ({"reason": ""}, "reason", "required"),
        ],
    )
    def test_says_why_not_beside_the_field_and_posts_nothing(self, desk, changes, field, words):
        page = desk.post(self.ADD, self.FACTS | changes | {"confirmed": "1"})
        assert words in str(page.context["adminform"].form.errors[field])
        assert not Entry.objects.filter(kind="own_funds").exists()

    def test_refuses_the_same_reference_and_more_than_there_is(self, desk):
        desk.post(self.ADD, self.FACTS | {"confirmed": "1"})
        again = desk.post(self.ADD, self.FACTS | {"confirmed": "1"})
        assert "booked already" in str(again.context["adminform"].form.errors["reference"])
        more = self.FACTS | {
            "takes_out": "on",
            "reference": "STMT 8/1",
            "amount": "5000.51",
            "confirmed": "1",
        }
        assert "not put in so much" in desk.post(self.ADD, more, follow=True).text
        assert balance(OWN_FUNDS.platform("EUR")) == 500_050

    @pytest.mark.django_db
    def test_is_for_those_who_may(self, client):
        client.force_login(StaffFactory())
        assert client.post(self.ADD, self.FACTS | {"confirmed": "1"}).status_code == 403
