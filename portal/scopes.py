"""What a key may be made for. Each scope covers the resources of the views that name its first half: `:read`
their safe methods, `:write` the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Scope:
    """`words` tell a key's owner what it opens; those for `creators` are offered to them alone, or to `staff`
    too."""

    words: str
    creators: bool = False
    staff: bool = False


SCOPES: Mapping[str, Scope] = MappingProxyType(
    {
        "profile:read": Scope("See your profile"),
        "profile:write": Scope("Change your profile"),
        "notices:read": Scope("See your notifications"),
        "notices:write": Scope("Mark notifications as read, choose your mails"),
        "wallet:read": Scope("See your coins and what moved them, purchases, refunds and limits"),
        "wallet:write": Scope("Start purchases, ask for refunds, change your limits"),
        "gifts:read": Scope("See gifts, tips and creators"),
        "gifts:write": Scope("Send and undo gifts, send tips, say from whom you take them"),
        "streams:read": Scope("See streams, and how your overlay is set"),
        "streams:write": Scope("Start and end your streams, set your overlay and its address", creators=True),
        "challenges:read": Scope("See challenges and your progress"),
        "challenges:write": Scope("Take part in challenges, claim rewards, judge"),
        "payouts:read": Scope("See your balances, payouts, accounts and statements", creators=True),
        "payouts:write": Scope("Get quotes, request and cancel payouts, choose pay days", creators=True),
        "programmes:read": Scope(
            "See programmes and what you earned in them; for staff, files of metrics",
            creators=True,
            staff=True,
        ),
        "programmes:write": Scope(
            "Apply for programmes, appeal; for staff, bring metrics", creators=True, staff=True
        ),
        "earnings:read": Scope("See all your income side by side, and your goals", creators=True),
        "earnings:write": Scope("Set your goals", creators=True),
        "deals:read": Scope("See your brands, deals and invoices", creators=True),
        "deals:write": Scope("Change your brands, deals and invoices", creators=True),
        "merch:read": Scope("See your merch orders, products, shops and what these sent", creators=True),
        "merch:write": Scope("Connect and change your shops, say what products cost you", creators=True),
        "affiliate:read": Scope("See your affiliate links, their orders, networks elsewhere", creators=True),
        "affiliate:write": Scope("Join affiliate programmes, make links, bring files", creators=True),
        "webhooks:read": Scope("See your webhook endpoints and their deliveries"),
        "webhooks:write": Scope("Change your webhook endpoints, send deliveries again"),
    }
)


def scopes_for(person) -> dict[str, str]:
    """What this person's keys may be made for: words by scope."""
    return {
        name: scope.words
        for name, scope in SCOPES.items()
        if person.is_creator or not scope.creators or (scope.staff and person.is_staff)
    }
