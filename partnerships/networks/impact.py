"""Impact: "Advanced Action Listing" and the other listings of actions
(https://help.impact.com/en/support/solutions/articles/48001238030-advanced-action-listing-report-for-partners),
with the titles on the page (Action Earnings) or the report's own names (Payout). One by product
is refused: each of its rows is a part of an action, and nothing tells it from the whole of another."""

from partnerships.imports import BadRow, Cells, Column, Kind, Layout
from partnerships.network_states import CommissionState, Network
from partnerships.networks.told import Told, code_of, day, money, sale_of, short, state_of

LAYOUT = Layout(
    Network.IMPACT,
    Network.IMPACT.label,
    (
        Column("id", ("Action ID", "Id")),
        Column("date", ("Action Date", "Event Date"), kind=Kind.DAY),
        Column("commission", ("Action Earnings", "Payout", "Earnings"), kind=Kind.NUMBER),
        Column("status", ("Status", "Action Status", "State"), required=False),
        Column("detail", ("Status Detail", "State Detail", "Note"), required=False),
        Column("paystub", ("Paystub ID",), required=False),
        Column("cleared", ("Actual Clearing Date", "Cleared Date"), required=False, kind=Kind.DAY),
        Column("locked", ("Locking Date",), required=False, kind=Kind.DAY),
        Column("referred", ("Referral Date", "Referring Date"), required=False, kind=Kind.DAY),
        Column("sale", ("Sale Amount", "Amount", "Revenue"), required=False, kind=Kind.NUMBER),
        Column("currency", ("Currency", "Payout Currency"), required=False),
        Column("original_sale", ("Original Currency Sale Amount",), required=False, kind=Kind.NUMBER),
        Column("original_currency", ("Original Currency",), required=False),
        Column("brand", ("Campaign", "Brand", "Program", "Campaign Name", "Program Name"), required=False),
        Column("event", ("Event Type", "Action Tracker"), required=False),
        Column("sub", ("Sub Id 1", "SubId1", "Shared Id"), required=False),
        Column("order", ("OID", "Order ID"), required=False),
        Column("product", ("SKU", "Item SKU"), required=False),
    ),
)
STATES = {
    "pending": CommissionState.PENDING,
    "approved": CommissionState.APPROVED,
    "locked": CommissionState.APPROVED,
    "paid": CommissionState.PAID,
    "reversed": CommissionState.DECLINED,
}
_NOT_OURS = "n/a (media source)"


def read(cells: Cells) -> Told | None:
    if not cells.text("id", "") or cells.text("status", "").casefold() == _NOT_OURS:
        return None
    if cells.text("product", "", longest=100_000):
        raise BadRow("This is one product of an action. Export the listing without products: SKU info off.")
    state = _state(cells)
    amount, currency = money(cells, "commission", code_of(cells, "currency"))
    original = "original_sale" if cells.text("original_sale", "") else "sale"
    code = code_of(cells, "original_currency") if original == "original_sale" else ""
    sale, sale_currency = sale_of(cells, original, code, fallback=currency)
    return Told(
        id=cells.text("id", longest=100),
        date=day(cells, "date"),
        state=state,
        currency=currency,
        amount=amount,
        sale=sale,
        sale_currency=sale_currency,
        advertiser=short(cells, "brand"),
        label=short(cells, "sub", "event"),
        reference=short(cells, "order"),
        reason=short(cells, "detail") if state == CommissionState.DECLINED else "",
    )


def _state(cells: Cells) -> CommissionState:
    """What was cleared, or stands on a paystub, was paid."""
    if not cells.text("status", ""):
        if cells.text("paystub", ""):
            return CommissionState.PAID
        raise BadRow("Status: is empty.")
    state = state_of(cells, "status", STATES)
    paid = cells.text("paystub", "") or (cells.text("cleared", "") and cells.day("cleared"))
    return CommissionState.PAID if state == CommissionState.APPROVED and paid else state
