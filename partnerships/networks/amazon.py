"""Amazon Associates: "Fee-Earnings" and bounties, a title line above the head and a currency's sign in it.

A row is what was shipped of a product on one day by one tracking id, or what was returned, below zero. Amazon
gives it no number of its own, and never tells which rows were paid.
"""

import hashlib

from partnerships.imports import Cells, Column, Kind, Layout
from partnerships.network_states import CommissionState, Network
from partnerships.networks.told import Told, day, money, sale_of, short

LAYOUT = Layout(
    Network.AMAZON,
    Network.AMAZON.label,
    (
        Column(
            "date",
            (
                "Date Shipped",
                "Shipped Date",
                "Date",
                "Versanddatum",
                "Fecha de envío",
                "Date d'expédition",
                "Data di spedizione",
                "発送日",
            ),
            kind=Kind.DAY,
        ),
        Column(
            "tracking",
            (
                "Tracking ID",
                "Tag",
                "Tracking-ID",
                "ID de seguimiento",
                "Identifiant de suivi",
                "ID di tracciamento",
                "ストア",
            ),
        ),
        Column(
            "commission",
            (
                "Ad Fees",
                "Advertising Fees",
                "Commission Income",
                "Total Earnings",
                "Werbekostenerstattung",
                "Comisiones",
                "Commissions",
                "Commissioni",
                "紹介料",
            ),
            kind=Kind.NUMBER,
        ),
        Column(
            "name",
            ("Name", "Product Title", "Title", "Produktname", "Nombre", "Nom", "Nome", "商品名"),
            required=False,
        ),
        Column("asin", ("ASIN",), required=False),
        Column("seller", ("Seller", "Verkäufer", "Vendedor", "Vendeur", "Venditore"), required=False),
        Column("price", ("Price", "Preis", "Precio", "Prix", "Prezzo"), required=False, kind=Kind.NUMBER),
        Column("shipped", ("Items Shipped", "Qty", "Quantity", "Artículos enviados"), required=False),
        Column("returns", ("Returns", "Retouren", "Devoluciones", "Retours", "Resi"), required=False),
        Column(
            "revenue",
            ("Revenue", "Umsatz", "Ingresos", "Revenus", "Ricavi"),
            required=False,
            kind=Kind.NUMBER,
        ),
        Column("device", ("Device Type Group",), required=False),
        Column("direct", ("Direct/Indirect", "Direct Sale", "Indirect Sales"), required=False),
    ),
)
_LIKE = ("tracking", "seller", "price", "device", "direct")


def read(cells: Cells) -> Told | None:
    if not cells.text("tracking", ""):
        return None  # The line below the last that adds them up.
    on = day(cells, "date")
    amount, currency = money(cells, "commission")
    sale, sale_currency = sale_of(cells, "revenue", fallback=currency)
    return Told(
        id=_identity(cells, on.isoformat(), returned=amount < 0),
        date=on,
        state=CommissionState.APPROVED,
        currency=currency,
        amount=amount,
        sale=sale,
        sale_currency=sale_currency,
        advertiser=short(cells, "seller"),
        label=short(cells, "name", "asin"),
        reference=cells.text("tracking"),
        reason="Returned" if amount < 0 else "",
    )


def _identity(cells: Cells, on: str, *, returned: bool) -> str:
    """A digest of all that names a row but its amounts, which a later file may correct, and how many such
    rows came before it. A day is whole in every file, so that the count is the same in each."""
    product = short(cells, "asin", "name")
    parts = (on, product, "return" if returned else "sale", *(short(cells, name) for name in _LIKE))
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
    return f"{digest}-{cells.nth(digest)}"
