"""What stops a viewer's coins from leaving, whether they go in a gift or in a tip."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser
from django.template.defaultfilters import pluralize

from ledger.chart import VIEWER_COINS
from ledger.operations import AccountFrozen, InsufficientFunds, refused
from ledger.queries import balance
from wallets.models import ViewerSettings

CAP_REACHED = "WL001"


class UnableToSend(Exception):
    """It was refused and nothing moved. `code` names the rule."""

    code = "refused"


class InsufficientCoins(UnableToSend):
    """`missing` coins are needed on top of `balance` to send what costs `coins`."""

    code = "insufficient_coins"

    def __init__(self, *, coins: int, balance: int) -> None:
        self.coins, self.balance = coins, balance
        self.missing = max(coins - balance, 1)
        super().__init__(
            f"This costs {coins:,} coin{pluralize(coins)} and you have {balance:,}: "
            f"{self.missing:,} more {pluralize(self.missing, 'is,are')} needed."
        )


class WalletFrozen(UnableToSend):
    """A payment is disputed: nothing leaves the wallet."""

    code = "wallet_frozen"

    def __init__(self) -> None:
        super().__init__(
            "Your wallet is frozen: nothing can leave it. Your wallet's page says why and whom to ask."
        )


class Blocked(UnableToSend):
    """It does not say that there is a block."""

    code = "not_accepted"

    def __init__(self, person: AbstractBaseUser) -> None:
        super().__init__(f"{person} can't receive this. Nothing was taken from your wallet.")


class CoolingOff(UnableToSend):
    """The viewer chose to buy and send nothing for a while."""

    code = "cooling_off"

    def __init__(self, viewer: AbstractBaseUser) -> None:
        chosen = ViewerSettings.objects.get(viewer=viewer).cool_off_until
        self.until: dt.datetime = chosen.astimezone(ZoneInfo(viewer.time_zone))
        super().__init__(
            f"You chose to buy and send nothing until {self.until:%-d %B %Y, %H:%M} ({viewer.time_zone})."
            " It can't be cut short."
        )


class CapReached(UnableToSend):
    """`cap` is daily or monthly."""

    def __init__(self, cap: str) -> None:
        self.code = f"{cap}_cap"
        period = {"daily": "day", "monthly": "month"}[cap]
        super().__init__(f"With this you would give more than your own limit for a {period} allows.")


def reason(code: str, detail: str | None, *, viewer: AbstractBaseUser, coins: int) -> Exception:
    """The refusal behind the code of an error by which the database did not send `coins`."""
    if code == CAP_REACHED:
        return CapReached(detail)
    return in_words(refused(code, detail), viewer=viewer, coins=coins)


def in_words(error: Exception, *, viewer: AbstractBaseUser, coins: int) -> Exception:
    """The ledger's refusal to take `coins` of the viewer as a viewer reads it; any other error as it is."""
    if isinstance(error, InsufficientFunds):
        return InsufficientCoins(coins=coins, balance=balance(VIEWER_COINS.of(viewer.pk)))
    if isinstance(error, AccountFrozen):
        return WalletFrozen()
    return error
