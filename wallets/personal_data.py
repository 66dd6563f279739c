"""What the wallets keep about people, and what becomes of it when they leave."""

import uuid

from django.db.models import Case, CharField, F, QuerySet, Value, When

from ledger.chart import VIEWER_COINS
from ledger.personal_data import BOOKS, STAFF, Goes, Kept, Law, Overwritten, Stays
from ledger.queries import entries_of
from wallets.models import Block, Gift, GiftReversal
from wallets.models.gifts import ANONYMOUS

VOUCHERS = Law(
    "Receipts of payments: 10 years, the longest of Abgabenordnung § 147 (3).",
    years=10,
    binds="wallets.queries.leaving.ever_paid",
)


def _sent(person_id: uuid.UUID) -> QuerySet[Gift]:
    """Gifts have no index for who sent them: `wallets.queries.gifts.gifts_sent`."""
    return Gift.objects.filter(id__in=entries_of(VIEWER_COINS.of(person_id))).order_by("id")


def _received(person_id: uuid.UUID) -> QuerySet[Gift]:
    """Who sent one without their name stays unknown here, too."""
    rows = Gift.objects.filter(creator=person_id).order_by("sent_at", "id")
    return rows.annotate(sender=_named("anonymous", "viewer__display_name"))


def _sent_reversals(person_id: uuid.UUID) -> QuerySet[GiftReversal]:
    return GiftReversal.objects.filter(id__in=entries_of(VIEWER_COINS.of(person_id))).order_by("id")


def _blocked(person_id: uuid.UUID) -> QuerySet[Block]:
    rows = Block.objects.filter(blocker=person_id).order_by("id")
    return rows.annotate(who=_named("unnamed", "blocked__display_name"))


def _named(hidden: str, name: str) -> Case:
    named = F(name)
    return Case(When(**{hidden: True}, then=Value(ANONYMOUS)), default=named, output_field=CharField())


KEPT = (
    Kept(
        model="wallets.CoinPurchase",
        owner="viewer",
        file="wallet/purchases",
        about="Coins you bought or meant to buy. Prices are in the currency's smallest part.",
        left_out=("checkout_url", "key", "holds_stock", "asked_at"),
        also={"promotion": "promotion__name"},
        leaving=BOOKS,
    ),
    Kept(
        model="wallets.ProviderEvent",
        owner="purchase__viewer",
        file="wallet/provider_messages",
        about="What payment providers told us about your purchases, word for word.",
        left_out=("outcome", "note"),
        leaving=Overwritten({"raw": ""}, VOUCHERS),
    ),
    Kept(
        model="wallets.CoinRefund",
        owner="purchase__viewer",
        file="wallet/refunds",
        about="Refunds of coins. `amount` is in the smallest part of the purchase's currency.",
        left_out=("key", "asked_at"),
        also={"currency": "purchase__currency"},
        leaving=BOOKS,
    ),
    Kept(
        model="wallets.Dispute",
        owner="purchase__viewer",
        file="wallet/disputes",
        about="Payments that your bank took back, or tried to.",
        left_out=("asked_at",),
        also={"currency": "purchase__currency"},
        leaving=BOOKS,
    ),
    Kept(
        model="wallets.Recovery",
        owner="purchase__viewer",
        file="wallet/recoveries",
        about="What we took back after refunds and disputes: coins of yours, and diamonds (hundredths) from "
        "gifts that they had paid for.",
        leaving=BOOKS,
    ),
    Kept(
        model="wallets.Loss",
        owner="purchase__viewer",
        file="wallet/losses",
        about="What a disputed payment of yours cost us.",
        leaving=BOOKS,
    ),
    Kept(
        model="wallets.CoinRemoval",
        owner="viewer",
        about="Where in your wallet coins lay that were taken back: wallet/recoveries has them.",
        leaving=BOOKS,
    ),
    Kept(
        model="wallets.Freeze",
        owner="viewer",
        file="wallet/freezes",
        about="When and why your wallet was frozen, and when and why it was thawed.",
        leaving=Stays("Claims of law may hang on it: GDPR, Art. 17 (3) e."),
    ),
    Kept(
        model="wallets.CoinTip",
        owner="sender",
        file="wallet/tips_sent",
        about="Coins you gave to other people.",
        also={"to": "recipient__display_name"},
        leaving=BOOKS,
    ),
    Kept(
        model="wallets.CoinTip",
        owner="recipient",
        file="wallet/tips_received",
        about="Coins other people gave you.",
        also={"from": "sender__display_name"},
        leaving=BOOKS,
    ),
    Kept(
        model="wallets.ViewerSettings",
        owner="viewer",
        file="wallet/limits",
        about="The limits and cool-offs you chose, and whether you give without your name.",
        leaving=Goes(),
    ),
    Kept(
        model="wallets.Gift",
        find=_sent,
        file="gifts/sent",
        about="Gifts you sent. `diamonds` are in hundredths.",
        left_out=("written_in",),
        also={"to": "creator__display_name", "gift": "gift_type__name"},
        leaving=Overwritten({"message": ""}),
    ),
    Kept(
        model="wallets.GiftReversal",
        find=_sent_reversals,
        file="gifts/sent_taken_back",
        about="Gifts of yours that you undid, or whose coins a refund or dispute took back.",
        left_out=("written_in",),
        leaving=BOOKS,
    ),
    Kept(
        model="wallets.Gift",
        find=_received,
        file="gifts/received",
        about="Gifts you received. `diamonds` are in hundredths.",
        left_out=("written_in",),
        also={"from": "sender", "gift": "gift_type__name"},
        leaving=Stays("The givers' own words and gifts; the creator's row names nobody any more."),
    ),
    Kept(
        model="wallets.GiftReversal",
        owner="creator",
        file="gifts/received_taken_back",
        about="Gifts you received that were undone, or that a refund or dispute took back.",
        left_out=("written_in",),
        leaving=BOOKS,
    ),
    Kept(
        model="wallets.Gifter",
        owner="viewer",
        file="gifts/given_in_all",
        about="How many coins you gave in gifts: your level hangs on it.",
        leaving=Goes(),
    ),
    Kept(
        model="wallets.CreatorSettings",
        owner="creator",
        file="creator/gift_settings",
        about="Whether you take gifts, your note, and the words you don't want to read.",
        leaving=Goes(),
    ),
    Kept(
        model="wallets.Block",
        find=_blocked,
        file="creator/blocked",
        about="Whom you blocked.",
        also={"who": "who"},
        leaving=Goes(),
    ),
    Kept(
        model="wallets.Block",
        owner="blocked",
        about="Who blocked you: that is their secret (GDPR, Art. 15 (4)).",
        leaving=Goes(),
    ),
    Kept(
        model="wallets.Stream",
        owner="creator",
        file="creator/streams",
        about="Your live streams.",
        left_out=("key",),
        leaving=Overwritten({"title": "Live", "goal_words": ""}),
    ),
    Kept(
        model="wallets.StreamAudience",
        owner="stream__creator",
        about="How many are watching this very moment: it is written anew every few seconds.",
        leaving=Goes(),
    ),
    Kept(
        model="wallets.Overlay",
        owner="creator",
        file="creator/overlay",
        about="How your overlay looks, without its secret address.",
        left_out=("digest",),
        leaving=Goes(),
    ),
    Kept(
        model="wallets.Joining",
        owner="viewer",
        file="challenges/joined",
        about="Challenges you joined.",
        also={"challenge": "campaign__title"},
        leaving=Overwritten({"time_zone": "UTC"}),
    ),
    Kept(
        model="wallets.CheckIn",
        owner="joining__viewer",
        file="challenges/check_ins",
        about="Days on which you checked in to a challenge.",
        leaving=BOOKS,
    ),
    Kept(
        model="wallets.Submission",
        owner="joining__viewer",
        file="challenges/submissions",
        about="What you sent in to challenges, and what was said about it.",
        left_out=("key",),
        also={"challenge": "joining__campaign__title"},
        leaving=Overwritten({"text": "Erased: its author has left.", "link": ""}),
    ),
    Kept(
        model="wallets.Claim",
        owner="joining__viewer",
        file="challenges/rewards",
        about="Rewards you claimed. `cost` is in US cents.",
        left_out=("key",),
        also={"challenge": "joining__campaign__title"},
        leaving=BOOKS,
    ),
    Kept(
        model="wallets.RewardNotice",
        owner="claim__joining__viewer",
        about="That we told you of rewards about to expire: account/notifications has it.",
        leaving=BOOKS,
    ),
    Kept(
        model="wallets.Campaign_judges",
        owner="user",
        file="challenges/judging",
        about="Challenges whose submissions you judge.",
        also={"challenge": "campaign__title"},
        leaving=Goes(),
    ),
    Kept(model="wallets.Campaign", about="Challenges are everybody's.", leaving=STAFF),
    Kept(model="wallets.Promotion", about="Who on staff announced a promotion.", leaving=STAFF),
)
