"""What staff read of a dispute: what was bought, what became of it, what comes next."""

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language

from ledger.units import COIN, DIAMOND, format_amount
from wallets.models import Dispute, Recovery
from wallets.queries.provenance import whereabouts
from wallets.states import DisputeState

MOST_GIFTS = 50
NEXT = {
    DisputeState.INQUIRY: "The bank only asks. Nothing was taken. Answer it at the provider.",
    DisputeState.OPEN: "The bank decides. Send evidence to the provider that the coins were bought and used; "
    "ask it here if nothing was heard for long.",
    DisputeState.LOST: "The money is gone. Look at the buyer, then lift the freeze or leave it.",
    DisputeState.WON: "Nothing: what was taken has been put back, and the wallet is free.",
}


def shown(parts: int, unit: str) -> str:
    return format_amount(parts, unit, get_language() or "en")


def bought(dispute: Dispute) -> str:
    purchase = dispute.purchase
    bonus = f", {shown(purchase.bonus_coins, COIN)} of them a bonus" if purchase.bonus_coins else ""
    return f"{shown(purchase.coins, COIN)}{bonus} for {shown(purchase.price, purchase.currency)}"


def left(dispute: Dispute) -> str:
    """Of the purchase's coins."""
    purchase = dispute.purchase
    if purchase.entry_id is None:
        return "It was not paid."
    return f"{shown(whereabouts(purchase.viewer_id, purchase.entry_id).unspent, COIN)} in the wallet"


def taken(dispute: Dispute) -> str:
    """From the wallet: of the whole purchase, as refunds of it take from the same coins."""
    rows = standing(dispute).filter(gift=None)
    return f"{shown(sum(row.coins for row in rows), COIN)} taken from the wallet"


def gifts(dispute: Dispute) -> SafeString:
    """The gifts that its coins paid for, and what was taken back of each."""
    rows = standing(dispute).exclude(gift=None).select_related("creator", "gift__gift_type")
    found = list(rows.order_by("number")[: MOST_GIFTS + 1])
    lines = format_html_join(
        "",
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        [(row.gift, row.creator, shown(row.coins, COIN), _back(row)) for row in found[:MOST_GIFTS]],
    )
    if not lines:
        return SafeString("None.")
    more = "" if len(found) <= MOST_GIFTS else f"The first {MOST_GIFTS} of them."
    head = "<th>Gift</th><th>To</th><th>Of these coins</th><th>Taken back</th>"
    return format_html("<table><tr>" + head + "</tr>{}</table>{}", lines, more)


def _back(recovery: Recovery) -> str:
    reversed_ = shown(recovery.diamonds, DIAMOND)
    kept = recovery.coins - recovery.recovered
    return f"{reversed_} reversed" + (f"; {shown(kept, COIN)} stay with the creator" if kept else "")


def lost(dispute: Dispute) -> str:
    """What the purchase has cost the platform."""
    return shown(sum(loss.amount for loss in dispute.purchase.losses.all()), dispute.currency)


def next_action(dispute: Dispute) -> str:
    words = NEXT[DisputeState(dispute.state)]
    if dispute.state == DisputeState.OPEN and dispute.due_at:
        words += f" The provider takes it until {date_format(localtime(dispute.due_at), 'DATETIME_FORMAT')}."
    return words


def standing(dispute: Dispute):
    return dispute.purchase.recoveries.filter(put_back_at__isnull=True)
