"""CJ: "Commission Detail" of the transaction report, and the fields of its Commission Detail API.

What CJ corrects it leaves as it was, and adds a commission below zero with a posting date of its own.
"""

from partnerships.imports import Cells, Column, Kind, Layout
from partnerships.network_states import CommissionState, Network
from partnerships.networks.told import Told, code_of, day, money, sale_of, short, state_of

LAYOUT = Layout(
    Network.CJ,
    Network.CJ.label,
    (
        Column("id", ("Commission ID", "Transaction ID")),
        Column("posted", ("Posting Date",), kind=Kind.DAY),
        Column(
            "commission",
            (
                "Publisher Commission",
                "Commission Amount (Pub)",
                "Pub Commission Amount Pub Currency",
                "Commission Amount",
                "Pub Commission Amount USD",
                "Commission",
            ),
            kind=Kind.NUMBER,
        ),
        Column("status", ("Action Status", "Status", "Commission Status")),
        Column("event", ("Event Date",), required=False, kind=Kind.DAY),
        Column(
            "sale",
            ("Sale Amount", "Sale Amount (Pub)", "Sale Amount Pub Currency", "Sale Amount USD"),
            required=False,
            kind=Kind.NUMBER,
        ),
        Column("currency", ("Pub Currency", "Publisher Currency", "Currency"), required=False),
        Column("advertiser", ("Advertiser Name", "Advertiser", "Advertiser CID"), required=False),
        Column("action", ("Action Name", "Action Tracker Name", "Action Type"), required=False),
        Column("order", ("Order ID",), required=False),
        Column("sid", ("SID", "Shopper ID", "Website Name"), required=False),
        Column("clicked", ("Click Date",), required=False, kind=Kind.DAY),
        Column("locked", ("Locking Date",), required=False, kind=Kind.DAY),
        Column("reason", ("Correction Reason",), required=False),
    ),
)
STATES = {
    "new": CommissionState.PENDING,
    "extended": CommissionState.PENDING,
    "accepted": CommissionState.APPROVED,
    "locked": CommissionState.APPROVED,
    "closed": CommissionState.PAID,
}


def read(cells: Cells) -> Told | None:
    if not cells.text("id", ""):
        return None
    amount, currency = money(cells, "commission", code_of(cells, "currency"))
    sale, sale_currency = sale_of(cells, "sale", fallback=currency)
    days = {name: day(cells, name) for name in ("event", "posted") if cells.text(name, "")}
    earned = amount >= 0 and "event" in days
    return Told(
        id=cells.text("id", longest=100),
        date=days["event"] if earned else day(cells, "posted"),
        state=state_of(cells, "status", STATES),
        currency=currency,
        amount=amount,
        sale=sale,
        sale_currency=sale_currency,
        advertiser=short(cells, "advertiser"),
        label=short(cells, "sid", "action"),
        reference=short(cells, "order"),
        reason=short(cells, "reason") or ("Corrected" if amount < 0 else ""),
    )
