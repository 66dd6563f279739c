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
        for address in (f"{row.pk}/change/", f"{row.pk}/delete/", "add/"):
            assert desk.post(f"/admin/ledger/{page}/{address}", {"kind": "x"}).status_code == 403

    def test_spell_out_an_entry(self, desk):
        entry = Entry.objects.get(key="tip 0")
        page = desk.get(f"/admin/ledger/entry/{entry.pk}/change/").content.decode()
        assert "creator.diamonds.pending" in page
        assert "<strong>1.00 diamond</strong>" in page

    def test_find_an_account_by_its_owner(self, desk, books):
        owner = Account.objects.get(id=books.coins.id).owner
        assert owner.handle in desk.get(f"/admin/ledger/account/?q={owner.handle}").content.decode()
