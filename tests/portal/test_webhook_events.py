"""What the products publish, when, and that each type's data is what its example says."""

import pytest
from django.db import transaction

from partnerships.deal_states import Stage
from partnerships.operations.enrolments import refuse, resume, suspend
from payouts.operations.requests import cancel
from portal.models import WebhookDelivery, WebhookEvent
from portal.operations.webhook_events import UnknownType, WrongData, publish
from portal.operations.webhooks import remove_endpoint, switch_off
from portal.queries.webhooks import MISSED_FOR
from portal.webhook_states import DeliveryState
from tests.concurrency.threads import race
from tests.factories import partnerships_affiliate as affiliate
from tests.factories.notices import notice_of
from tests.factories.partnerships_deals import deal_of, moved
from tests.factories.partnerships_merch import order_payload, send, store_of
from tests.factories.partnerships_programmes import START, boss, count, enrol, make_programme, work_out
from tests.factories.payouts import NOW, fix_rates, requested_payout
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.purchases import paid, refund_event
from tests.factories.webhook_events import listening, told
from tests.factories.webhooks import PAID, endpoint_of, happen
from tests.partnerships.test_accruals import closed
from tests.partnerships.test_order_import import ROWS, take
from wallets.operations.events import handle_payment_event

pytestmark = pytest.mark.django_db


class TestPublish:
    def test_tells_each_endpoint_once_that_wants_it(self):
        endpoint = endpoint_of()
        others = [endpoint_of(endpoint.owner, event_types=["gift.received"]), endpoint_of()]
        for _ in range(2):
            delivery = happen(endpoint, key="a")
        assert WebhookDelivery.objects.get() == delivery
        assert delivery.state == DeliveryState.WAITING
        assert not any(each.deliveries.exists() for each in others)

    def test_asks_for_data_only_where_somebody_listens(self):
        publish(person_id=UserFactory().pk, type=PAID, key="a", at=NOW, data=lambda: 1 / 0)
        assert not WebhookEvent.objects.exists()

    def test_costs_one_query_where_nobody_listens(self, django_assert_num_queries):
        person = UserFactory()
        with transaction.atomic(), django_assert_num_queries(1):
            publish(person_id=person.pk, type=PAID, key="a", at=NOW, data=dict)

    def test_goes_with_the_transaction_that_told_it(self):
        endpoint = endpoint_of()
        with transaction.atomic():
            happen(endpoint)
            transaction.set_rollback(True)
        assert not WebhookEvent.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_tells_it_once_when_two_say_it_at_once(self):
        endpoint = endpoint_of()
        assert race(lambda _: happen(endpoint, key="a"), 4) == [WebhookDelivery.objects.get()] * 4

    def test_refuses_what_no_product_declares(self):
        endpoint = endpoint_of()
        with pytest.raises(UnknownType):
            publish(person_id=endpoint.owner_id, type="weather", key="a", at=NOW, data=dict)
        with pytest.raises(WrongData):
            publish(person_id=endpoint.owner_id, type=PAID, key="a", at=NOW, data=dict)

    def test_remembers_for_a_week_what_an_endpoint_missed(self):
        endpoint = endpoint_of()
        switch_off(owner=endpoint.owner, endpoint_id=endpoint.pk, at=NOW)
        assert happen(endpoint, at=NOW + MISSED_FOR).state == DeliveryState.MISSED
        publish(person_id=endpoint.owner_id, type=PAID, key="b", at=NOW + 2 * MISSED_FOR, data=dict)
        assert WebhookEvent.objects.count() == 1

    def test_forgets_what_was_removed(self):
        endpoint = endpoint_of()
        remove_endpoint(owner=endpoint.owner, endpoint_id=endpoint.pk, at=NOW)
        publish(person_id=endpoint.owner_id, type=PAID, key="a", at=NOW, data=dict)
        assert not WebhookEvent.objects.exists()


class TestNotifications:
    def test_are_published_as_they_are_read(self):
        person = CreatorFactory()
        listening(person)
        for _ in range(2):
            notice_of(person, "clawback_repaid", key="a", url="/studio/")
        [(code, data)] = told(person)
        assert code == "notification.created"
        assert data["title"] == "Your debt is repaid"
        assert data["url"].endswith("/studio/")
        assert data["url"].startswith("http")


def codes(person) -> list[str]:
    """Of what was published besides that they were told of it."""
    return [code for code, _ in told(person) if code != "notification.created"]


class TestProducts:
    """Each publishes in the transaction that makes it true, with the data of its example."""

    def test_payouts(self):
        fix_rates()
        creator = CreatorFactory()
        listening(creator)
        payout = requested_payout(creator)
        cancel(payout_id=payout.pk, creator=creator, at=NOW)
        found = dict(told(creator))
        assert codes(creator) == ["payout.requested", "payout.in_review", "payout.cancelled"]
        data = found["payout.cancelled"]
        assert data["net"] == {"amount": payout.net, "currency": "EUR"}
        assert (data["id"], data["from_state"]) == (str(payout.pk), "in_review")

    def test_coin_purchases_and_refunds(self):
        viewer = UserFactory()
        listening(viewer)
        purchase = paid(viewer)
        for state in ("succeeded", "failed"):
            handle_payment_event(event=refund_event(purchase, state), at=NOW)
        assert codes(viewer) == [
            "coin_purchase.completed", "coin_purchase.refunded", "coin_purchase.refund_failed"
        ]  # fmt: skip
        assert dict(told(viewer))["coin_purchase.completed"]["price"]["amount"] == purchase.price

    def test_deals(self):
        deal = deal_of(CreatorFactory())
        listening(deal.creator)
        moved(deal, Stage.NEGOTIATING)
        assert codes(deal.creator) == ["brand_deal.moved"]

    def test_orders_of_stores(self):
        store = store_of()
        listening(store.creator)
        for _ in range(2):
            send(store, order_payload())
        assert codes(store.creator) == ["merch_order.changed"]

    def test_orders_of_files(self):
        store = store_of()
        listening(store.creator)
        take(store, *ROWS)
        assert [(code, data["number"]) for code, data in told(store.creator)] == [
            ("merch_order.changed", "#1"), ("merch_order.changed", "#2")
        ]  # fmt: skip

    def test_programmes(self):
        actor, creator = boss(), CreatorFactory()
        programme = make_programme(actor)
        listening(creator)
        enrolment = enrol(programme, creator)
        suspend(enrolment_id=enrolment.pk, actor=actor, reason="Odd views.", at=START)
        resume(enrolment_id=enrolment.pk, actor=actor, reason="Real ones.", at=START)
        assert codes(creator) == ["programme.enrolled", "programme.suspended", "programme.resumed"]

    def test_programmes_that_refuse(self):
        staff, creator = boss(), CreatorFactory()
        listening(creator)
        asked = enrol(make_programme(staff, reviews_applications=True), creator)
        refuse(enrolment_id=asked.pk, actor=staff, reason="Too young.", at=START)
        assert codes(creator) == ["programme.refused"]
        assert dict(told(creator))["programme.refused"]["reason"] == "Too young."

    def test_programmes_that_credit_a_month(self):
        staff, creator = boss(), CreatorFactory()
        enrolment = enrol(make_programme(staff), creator)
        listening(creator)
        count(enrolment, staff, ("2026-01-05", "DE", 10_000))
        work_out()
        closed(enrolment.programme, boss(), boss())
        assert codes(creator) == ["programme.credited"]
        data = dict(told(creator))["programme.credited"]
        assert (data["last_date"], data["earned"]["amount"], data["taken"]["amount"]) == (
            "2026-01-31",
            2_000,
            0,
        )


class TestAffiliate:
    def test_each_step_is_published(self):
        link = affiliate.link()
        listening(link.creator)
        conversion = affiliate.order(affiliate.click(link))
        affiliate.tell(link.programme, "refunded", order_id=conversion.order_id, amount=2_500, currency="EUR")
        affiliate.tell(link.programme, "cancelled", order_id=conversion.order_id)
        found = [(code, data) for code, data in told(link.creator) if code != "notification.created"]
        assert [(code, data["kept"]["amount"]) for code, data in found] == [
            ("affiliate_conversion.held", 1_000),
            ("affiliate_conversion.refunded", 750),
            ("affiliate_conversion.reversed", 0),
        ]
