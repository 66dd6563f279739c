"""Where a viewer's coins came from and where they went, without a row per coin or per gift.

Everything ever credited to a viewer lies on one line, everything they ever gave on another; the ledger
keeps at each posting where on its line it begins. Coins are spent first in, first out, so the n-th coin given
is the n-th coin credited. Two rare movements bend that rule:

- A take-back (refund, dispute, expiry) removes given coins rather than the oldest. Its rows (`CoinRemoval`)
  say which, and where its debit lies. Leave those out on both lines and the n-th still meets the n-th; that
  stays true for ever, because what is removed was unspent, so it lay behind all that had been given.
- A reversal (an undone gift, a take-back that was put back) credits the very coins that its entry had taken,
  in their order: they live on at the end of the line and still belong to their first origin.

Coins tipped to another viewer are spent: they are not followed into that viewer's wallet.
"""

import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ledger.chart import VIEWER_COINS, Account
from ledger.queries import Stretch, debits_between, lifetime, reversals_of, stretches
from wallets.models import CoinRemoval, Gift


class Span(NamedTuple):
    """The coins of a line from `start` on, up to and without `stop`."""

    start: int
    stop: int

    @property
    def coins(self) -> int:
        return self.stop - self.start


class _Piece(NamedTuple):
    """Credited coins that lie next to each other, and where on the other line they went: from `given` on."""

    credited: Span
    given: int


@dataclass
class Whereabouts:
    """Of one credit's coins: those that are in the wallet still (where they lie now, in their order), and
    {entry: how many of them it took} for gifts and tips (`spent`) and for take-backs (`removed`), undone
    ones aside."""

    remaining: list[Span] = field(default_factory=list)
    spent: dict[uuid.UUID, int] = field(default_factory=dict)
    removed: dict[uuid.UUID, int] = field(default_factory=dict)

    @property
    def unspent(self) -> int:
        return sum(span.coins for span in self.remaining)


def whereabouts(viewer_id: uuid.UUID, credit_id: uuid.UUID) -> Whereabouts:
    """What became of the coins that the entry `credit_id` credited to this viewer.

    Under `ledger.operations.lock` of the viewer's coins the answer stays true until the transaction ends."""
    account = VIEWER_COINS.of(viewer_id)
    removals = list(CoinRemoval.objects.filter(viewer_id=viewer_id))
    given = lifetime(account).debited
    found = Whereabouts()
    credited = stretches(account, [credit_id]).values()
    waiting = [Span(each.start, each.stop) for each in credited]
    undone_removals = _Undone(account, {removal.entry_id for removal in removals})
    debits = _Debits(account, since=credit_id)
    while waiting:
        span = waiting.pop()
        taken = [(removal.entry_id, piece) for removal in removals for piece in _removed_from(span, removal)]
        spent, kept = _spent(span, removals, given)
        found.remaining += kept
        for entry, piece in taken:
            _follow(entry, piece, undone_removals, waiting, found.removed)
        for piece in spent:
            until = piece.given + piece.credited.coins
            for debit in debits.between(piece.given, until):
                start, stop = max(debit.start, piece.given), min(debit.stop, until)
                part = _Piece(_shifted(start, stop, piece.credited.start - piece.given), start)
                _follow(debit.entry_id, part, debits.undone, waiting, found.spent)
    found.remaining.sort()
    return found


def gifts_funded_by(viewer_id: uuid.UUID, credit_id: uuid.UUID) -> list[tuple[Gift, int]]:
    """The gifts, newest first, that this credit paid for and that stand, each with how many of its coins came
    from there."""
    spent = whereabouts(viewer_id, credit_id).spent
    gifts = Gift.objects.filter(pk__in=spent).select_related("gift_type").order_by("-sent_at", "-pk")
    return [(gift, spent[gift.pk]) for gift in gifts]


class _Undone:
    """Which of some entries were reversed: where the coins that they took lie now."""

    def __init__(self, account: Account, entries: Collection[uuid.UUID]) -> None:
        self._account = account
        self._moved: dict[uuid.UUID, tuple[Stretch, Stretch]] = {}
        self.learn(entries)

    def learn(self, entries: Collection[uuid.UUID]) -> None:
        undone = reversals_of(entries) if entries else {}
        if undone:
            known = stretches(self._account, [*undone, *undone.values()])
            self._moved |= {entry: (known[entry], known[reversal]) for entry, reversal in undone.items()}

    def span_of(self, entry: uuid.UUID, piece: _Piece) -> Span | None:
        """Where the coins of a piece that this entry took were put back; None where they were not."""
        if entry not in self._moved:
            return None
        debit, credit = self._moved[entry]
        start = credit.start + piece.given - debit.start
        return Span(start, start + piece.credited.coins)


class _Debits:
    """The debits of an account since an entry, read in stretches of growing width: coins that are put back
    again and again are met ever further on."""

    def __init__(self, account: Account, *, since: uuid.UUID) -> None:
        self._account, self._since = account, since
        self._read: Span | None = None
        self._debits: list[Stretch] = []
        self.undone = _Undone(account, ())

    def between(self, start: int, stop: int) -> list[Stretch]:
        """Those that share something with [start, stop), in their order."""
        if self._read is None:
            self._read = Span(start, start)
        if start < self._read.start:
            self._learn(Span(start, self._read.start))
        if stop > self._read.stop:
            self._learn(Span(self._read.stop, max(stop, self._read.stop + 2 * self._read.coins)))
        first = bisect_right(self._debits, start, key=lambda debit: debit.stop)
        last = bisect_left(self._debits, stop, key=lambda debit: debit.start)
        return self._debits[first:last]

    def _learn(self, span: Span) -> None:
        known = {debit.entry_id for debit in self._debits}
        fresh = [
            debit
            for debit in debits_between(self._account, *span, since=self._since)
            if debit.entry_id not in known
        ]
        self.undone.learn([debit.entry_id for debit in fresh])
        self._debits = sorted([*self._debits, *fresh], key=lambda debit: debit.start)
        self._read = Span(min(span.start, self._read.start), max(span.stop, self._read.stop))


def _follow(
    entry: uuid.UUID, piece: _Piece, undone: _Undone, waiting: list[Span], counted: dict[uuid.UUID, int]
) -> None:
    """A piece that an entry took counts for that entry, or waits where it was put back."""
    if span := undone.span_of(entry, piece):
        waiting.append(span)
    else:
        counted[entry] = counted.get(entry, 0) + piece.credited.coins


def _removed_from(span: Span, removal: CoinRemoval) -> Iterator[_Piece]:
    start, stop = max(span.start, removal.credited_from), min(span.stop, removal.credited_until)
    if start < stop:
        yield _Piece(Span(start, stop), removal.spent_from + start - removal.credited_from)


def _spent(span: Span, removals: list[CoinRemoval], given: int) -> tuple[list[_Piece], list[Span]]:
    """Of the coins of a span that no take-back removed: where the spent ones went, and the others."""
    gone = sorted(Span(each.credited_from, each.credited_until) for each in removals)
    debited = sorted(Span(each.spent_from, each.spent_from + each.coins) for each in removals)
    ways = list(_between(debited, given))
    spent, kept = [], []
    for rank, credited in _ranked(_between(gone, span.stop)):
        part = Span(max(credited.start, span.start), credited.stop)
        if part.start >= part.stop:
            continue
        offset = rank - credited.start
        wanted = _shifted(part.start, part.stop, offset)
        for first, way in _ranked(ways):
            start, stop = max(wanted.start, first), min(wanted.stop, first + way.coins)
            if start < stop:
                spent.append(_Piece(_shifted(start, stop, -offset), way.start + start - first))
        kept_from = max(part.start, sum(way.coins for way in ways) - offset)
        if kept_from < part.stop:
            kept.append(Span(kept_from, part.stop))
    return spent, kept


def _between(holes: Iterable[Span], stop: int) -> Iterator[Span]:
    """What the sorted holes leave of a line up to `stop`."""
    start = 0
    for hole in holes:
        if start < min(hole.start, stop):
            yield Span(start, min(hole.start, stop))
        start = max(start, hole.stop)
    if start < stop:
        yield Span(start, stop)


def _ranked(spans: Iterable[Span]) -> Iterator[tuple[int, Span]]:
    """Each span with how many coins lie in those before it."""
    rank = 0
    for span in spans:
        yield rank, span
        rank += span.coins


def _shifted(start: int, stop: int, by: int) -> Span:
    return Span(start + by, stop + by)
