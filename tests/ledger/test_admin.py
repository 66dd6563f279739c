import pytest

from ledger.models import Account, Entry, Rate
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
        for address in (f"{row.pk}/change/", f"{row.pk}/delete/", *(["add/"] if page != "rate" else [])):
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
    FACTS = {
        "base": "USD",
        "quote": "CLP",
        "value": "951.5",
        "effective_at_0": "2099-01-01",
        "effective_at_1": "00:00",
        "reason": "The central bank's",
    }

    def test_adds_a_row_in_the_name_of_who_did(self, desk):
        assert desk.post("/admin/ledger/rate/add/", self.FACTS).status_code == 302
        row = Rate.objects.get(base="USD", quote="CLP")
        assert (str(row.value.normalize()), row.reason) == ("951.5", "The central bank's")
        assert row.set_by.is_superuser

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"base": "ABC"}, "not a unit of account"),
            ({"quote": "USD"}, "joins two units"),
            ({"effective_at_0": "2020-01-01"}, "change the past"),
            ({"base": "DIAMOND", "quote": "USD", "value": "5"}, "coin"),
        ],
    )
    def test_says_why_not_and_adds_nothing(self, desk, changes, words):
        before = Rate.objects.count()
        page = desk.post("/admin/ledger/rate/add/", self.FACTS | changes)
        assert page.status_code == 200
        assert words in page.content.decode()
        assert Rate.objects.count() == before

    @pytest.mark.django_db
    def test_is_for_those_who_may(self, client):
        client.force_login(StaffFactory())
        assert client.post("/admin/ledger/rate/add/", self.FACTS).status_code == 403
