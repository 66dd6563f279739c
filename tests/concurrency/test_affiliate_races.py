"""One order told by two workers, and a refund during an approval, with controls that show the race."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from ledger.chart import AFFILIATE_PAYABLE, CREATOR_CASH_PENDING
from ledger.queries import balance
from partnerships.models import AffiliateConversion, AffiliatePostback
from partnerships.operations import affiliate_postbacks
from partnerships.operations.affiliate_conversions import approve
from tests.factories.partnerships_affiliate import NOW, click, link, order, tell

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts) -> list:
    """What each returned or raised."""
    start = Barrier(len(acts))

    def run(act):
        try:
            start.wait(10)
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def outcomes(found) -> list[str]:
    return sorted(str(getattr(each, "outcome", type(each).__name__)) for each in found)


class TestTheSameOrderTwice:
    def told(self, by, event: str):
        facts = {"order_id": "1", "amount": 10_000, "currency": "EUR", "click_id": str(by.pk)}
        return lambda: tell(by.link.programme, "created", event=event, **facts)

    def test_is_recorded_once(self):
        by = click(link())
        found = together(self.told(by, "a"), self.told(by, "a"), self.told(by, "b"))
        assert outcomes(found)[0] == "applied"
        assert set(outcomes(found)) <= {"applied", "repeated"}
        assert AffiliatePostback.objects.filter(outcome="applied").count() == 1
        assert balance(AFFILIATE_PAYABLE.platform("EUR")) == 1_000

    def test_leaves_no_refund_parked_for_good(self):
        by = click(link())
        refund = lambda: tell(by.link.programme, "refunded", order_id="1")  # noqa: E731
        together(self.told(by, "a"), refund)
        assert AffiliateConversion.objects.get().state == "reversed"
        assert balance(AFFILIATE_PAYABLE.platform("EUR")) == 0

    def test_would_be_missed_without_the_lock(self, monkeypatch):
        """The control: nobody waits, and the refund looks before the order is there."""
        by, looked = click(link()), Barrier(2)
        real = affiliate_postbacks._apply
        monkeypatch.setattr(affiliate_postbacks, "ORDER_LOCK", "SELECT %s::text")

        def after_both_looked(*arguments):
            answer = real(*arguments)
            looked.wait(10)
            return answer

        monkeypatch.setattr(affiliate_postbacks, "_apply", after_both_looked)
        together(self.told(by, "a"), lambda: tell(by.link.programme, "refunded", order_id="1"))
        assert AffiliatePostback.objects.filter(outcome="parked").exists()
        assert AffiliateConversion.objects.get().state == "held"


class TestARefundDuringAnApproval:
    def acts(self, conversion):
        return (
            lambda: approve(conversion_id=conversion.pk, at=NOW),
            lambda: tell(conversion.programme, "refunded", order_id=conversion.order_id, amount=5_000),
        )

    def left(self, conversion) -> int:
        pending = CREATOR_CASH_PENDING.of(conversion.creator_id, "EUR")
        return balance(pending) + balance(AFFILIATE_PAYABLE.platform("EUR"))

    def test_leaves_half_wherever_it_is(self):
        conversion = order(click(link()))
        together(*self.acts(conversion))
        conversion.refresh_from_db()
        assert (conversion.state, conversion.kept, self.left(conversion)) == ("approved", 500, 500)
