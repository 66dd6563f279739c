"""Stores and orders are a creator's own, told by somebody else's shop: all of them go."""

from ledger.personal_data import Goes, Kept


def _of_an_order(model: str, file: str, about: str) -> Kept:
    return Kept(
        model=f"partnerships.{model}",
        owner="order__store__creator",
        file=f"merch/{file}",
        about=about,
        leaving=Goes(),
    )


KEPT = (
    Kept(
        model="partnerships.Store",
        owner="creator",
        file="merch/stores",
        about="Your stores, without the secrets by which they sign.",
        left_out=("secret", "old_secret", "rotation_key"),
        leaving=Goes(),
    ),
    Kept(
        model="partnerships.ItemCost",
        owner="store__creator",
        file="merch/costs",
        about="What your products cost you, in the smallest part of the store's currency.",
        leaving=Goes(),
    ),
    Kept(
        model="partnerships.MerchOrder",
        owner="creator",
        file="merch/orders",
        about="Orders of your stores, amounts in the currency's smallest part.",
        left_out=("known", "filed", "rates", "recount", "stuck_at"),
        leaving=Goes(),
    ),
    _of_an_order("OrderLine", "order_lines", "What was ordered."),
    _of_an_order("OrderRefund", "order_refunds", "What was paid back."),
    Kept(
        model="partnerships.MerchEarning",
        owner="creator",
        file="merch/earnings",
        about="What each order brought you, in the currency's smallest part.",
        leaving=Goes(),
    ),
    Kept(
        model="partnerships.RawDelivery",
        owner="store__creator",
        about="What your stores sent us, word for word: it names buyers. merch/orders has what it says.",
        leaving=Goes(),
    ),
)
