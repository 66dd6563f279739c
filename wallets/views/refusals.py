"""Where a page leads whoever was refused."""

from django.urls import reverse

_STEPS = {
    "insufficient_coins": ("wallets:buy", "Buy coins"),
    "wallet_frozen": ("wallets:wallet", "See your wallet"),
    "cooling_off": ("wallets:limits", "See your limits"),
    "daily_cap": ("wallets:limits", "See your limits"),
    "monthly_cap": ("wallets:limits", "See your limits"),
    "tips_of_day": ("wallets:tips", "See your tips"),
}


def next_step(refusal: Exception | None) -> dict[str, str] | None:
    """The page on which to go on, where there is one: {"url", "label"}."""
    step = _STEPS.get(getattr(refusal, "code", ""))
    return {"url": reverse(step[0]), "label": step[1]} if step else None
