"""A payment provider in a dictionary, for what happens on our side of one."""

from typing import ClassVar

from wallets import providers


class Desk:
    """It keeps the checkouts that it opened and answers what it is told to; `fault` is raised instead."""

    name = "sandbox"
    opened: ClassVar[dict] = {}
    answers: ClassVar[dict] = {}
    asked: ClassVar[list] = []
    fault: ClassVar[Exception | None] = None

    @classmethod
    def reset(cls) -> type["Desk"]:
        cls.opened, cls.answers, cls.asked, cls.fault = {}, {}, [], None
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
