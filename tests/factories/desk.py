"""A payment provider in a dictionary, for what happens on our side of one."""

from typing import ClassVar

from wallets import providers
from wallets.states import RefundState


class Desk:
    """It keeps the checkouts that it opened and the refunds that it paid, and answers what it is told to;
    `fault` is raised instead, `late_fault` after it has done what it was asked."""

    name = "sandbox"
    opened: ClassVar[dict] = {}
    answers: ClassVar[dict] = {}
    asked: ClassVar[list] = []
    fault: ClassVar[Exception | None] = None
    late_fault: ClassVar[Exception | None] = None
    refunds: ClassVar[dict] = {}
    refund_state: ClassVar[str] = "succeeded"
    disputes: ClassVar[dict] = {}

    @classmethod
    def reset(cls) -> type["Desk"]:
        cls.opened, cls.answers, cls.asked, cls.fault = {}, {}, [], None
        cls.refunds, cls.refund_state, cls.disputes, cls.late_fault = {}, "succeeded", {}, None
        return cls

    def open_checkout(self, order):
        self.asked.append(order)
        if self.fault:
            raise self.fault
        return self.opened.setdefault(
            order.purchase_id,
            providers.Checkout(f"cs-{order.purchase_id}", f"https://pay.test/{order.purchase_id}"),
        )

    def fetch(self, reference):
        if self.fault:
            raise self.fault
        return self.answers.get(reference)

    def refund(self, order):
        self.asked.append(order)
        if self.fault:
            raise self.fault
        self.refunds.setdefault(order.refund_id, order)
        if self.late_fault:
            raise self.late_fault
        return self.fetch_refund(order)

    def fetch_refund(self, order):
        if self.fault:
            raise self.fault
        if order.refund_id not in self.refunds:
            return None
        return providers.PaymentEvent(
            provider=self.name,
            id=f"re-{order.refund_id}:{self.refund_state}",
            kind=providers.EventKind.REFUND,
            reference=order.reference,
            amount=order.amount,
            currency=order.currency,
            raw="{}",
            refund=providers.RefundWord(
                f"re-{order.refund_id}", RefundState(self.refund_state), order.refund_id
            ),
        )

    def fetch_dispute(self, reference):
        if self.fault:
            raise self.fault
        return self.disputes[reference]
