"""Awin: "Transactions", exported as CSV (https://help.awin.com/docs/understanding-the-data-fields-in-the-transactions-report)
with a head of `id`, `sale_amount`, `commission_status` … or of the titles on the page."""

from partnerships.imports import Cells, Column, Kind, Layout
from partnerships.network_states import CommissionState, Network
from partnerships.networks.told import YES, Told, code_of, day, money, sale_of, short, state_of

LAYOUT = Layout(
    Network.AWIN,
    Network.AWIN.label,
    (
        Column("id", ("id", "Transaction ID", "Transaktions-ID", "ID de transaction")),
        Column(
            "date",
            ("date", "Transaction date", "Date & time", "Transaktionsdatum"),
            kind=Kind.DAY,
        ),
        Column(
            "commission",
            (
                "commission",
                "Commission amount",
                "commissionAmount.amount",
                "Publisher commission",
                "Provision",
            ),
            kind=Kind.NUMBER,
        ),
        Column("status", ("commission_status", "Transaction status", "Status", "Statut")),
        Column(
            "sale",
            ("sale_amount", "saleAmount.amount", "Sale value", "Order value", "Bestellwert"),
            required=False,
            kind=Kind.NUMBER,
        ),
        Column(
            "currency",
            ("Commission currency", "commissionAmount.currency", "currency", "Währung", "Devise"),
            required=False,
        ),
        Column(
            "sale_currency", ("Sale currency", "saleAmount.currency", "sale_amount_currency"), required=False
        ),
        Column(
            "advertiser",
            (
                "Advertiser",
                "advertiser_name",
                "Merchant",
                "merchant_name",
                "Programm",
                "Annonceur",
                "advertiser_id",
            ),
            required=False,
        ),
        Column("reference", ("extra", "Order reference", "orderRef", "Order ref"), required=False),
        Column("click", ("click_ref", "clickRefs.clickRef", "Click reference"), required=False),
        Column("clicked", ("click_date", "Click time"), required=False, kind=Kind.DAY),
        Column("validated", ("validation_date", "Validated"), required=False, kind=Kind.DAY),
        Column("reason", ("decline_reason", "Declined reason", "Ablehnungsgrund"), required=False),
        Column("paid", ("paid_to_publisher", "Paid", "Payment status"), required=False),
    ),
)
STATES = {
    "pending": CommissionState.PENDING,
    "0": CommissionState.PENDING,
    "approved": CommissionState.APPROVED,
    "confirmed": CommissionState.APPROVED,
    "bonus": CommissionState.APPROVED,
    "1": CommissionState.APPROVED,
    "declined": CommissionState.DECLINED,
    "deleted": CommissionState.DECLINED,
    "2": CommissionState.DECLINED,
}


def read(cells: Cells) -> Told | None:
    if not cells.text("id", ""):
        return None
    state = state_of(cells, "status", STATES)
    if state == CommissionState.APPROVED and cells.text("paid", "").casefold() in YES:
        state = CommissionState.PAID
    amount, currency = money(cells, "commission", code_of(cells, "currency"))
    sale, sale_currency = sale_of(cells, "sale", code_of(cells, "sale_currency"), fallback=currency)
    return Told(
        id=cells.text("id", longest=100),
        date=day(cells, "date"),
        state=state,
        currency=currency,
        amount=amount,
        sale=sale,
        sale_currency=sale_currency,
        advertiser=short(cells, "advertiser"),
        label=short(cells, "click"),
        reference=short(cells, "reference"),
        reason=short(cells, "reason"),
    )
