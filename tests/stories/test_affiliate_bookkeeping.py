"""The affiliate order of docs/bookkeeping.md, through the same operations as merchants and the desk."""

import pytest

from ledger.queries import entry_of, postings_of
from partnerships.operations.affiliate_conversions import approve, make_payable
from tests.factories.partnerships_affiliate import NOW, click, link, order, tell
from tests.factories.people import StaffFactory
from tests.stories.test_bookkeeping import tables


@pytest.mark.django_db
def test_the_affiliate_order_of_the_page():
    conversion, staff = order(click(link()), amount=12_000), StaffFactory(is_superuser=True)
    approve(conversion_id=conversion.pk, actor=staff, at=NOW)
    tell(conversion.programme, "refunded", order_id=conversion.order_id, amount=4_000)
    make_payable(conversion_id=conversion.pk, at=conversion.payable_at)
    for section, step in (("A1", "held"), ("A2", "approved"), ("A4", "payable")):
        entry_id = entry_of(f"affiliate:{conversion.pk}:{step}")
        assert [postings_of(entry_id)] == tables(section)
    assert [postings_of(conversion.reversals.get().entry_id)] == tables("A3")
