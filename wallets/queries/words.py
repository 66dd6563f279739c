from dataclasses import dataclass

from wallets.models import Gift


@dataclass(frozen=True)
class Words:
    """What a movement is called; `url` leads to more about it. `price` of `currency` if money was paid; a
    `gift` that could be undone in its first half minute. `lost`: the diamonds (hundredths) that a refund or a
    dispute took back of a gift. `sent` is the gift whose sending this tells of."""

    title: str
    detail: str = ""
    url: str = ""
    price: int | None = None
    currency: str = ""
    gift: Gift | None = None
    lost: int = 0
    sent: Gift | None = None
