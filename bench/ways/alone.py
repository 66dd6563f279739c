"""The portal's own way, with each gift in a statement of its own, as where no two are sent at once."""

from collections.abc import Callable, Hashable

from bench.load import Wish
from bench.ways import portal
from bench.ways.portal import check, count
from wallets.operations import gift_posting

__all__ = ["check", "count", "sender"]


class _Apart:
    def ask(self, item: dict, *, apart: Hashable) -> gift_posting.Answer:
        return gift_posting.post_gifts([item])[0]


def sender() -> Callable[[Wish], str]:
    send, apart = portal.sender(), _Apart()

    def alone(wish: Wish) -> str:
        gift_posting._together = apart  # in this client's process
        return send(wish)

    return alone
