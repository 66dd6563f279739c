"""What several threads of a process ask for at the same time, done in one go."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

import structlog

logger = structlog.get_logger("portal.ledger")

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class _Asked(Generic[Item, Answer]):
    """`woken` is locked until the thread that asked has its answer, is to lead, or is left alone."""

    answer: Answer

    def __init__(self, item: Item, apart: Hashable) -> None:
        self.item, self.apart = item, apart
        self.leads = self.answered = False
        self.woken = threading.Lock()
        self.woken.acquire()


class Together(Generic[Item, Answer]):
    """`do` takes up to `at_most` items and gives an answer for each, in their order.

    One thread at a time does it: for itself, and for all who have asked while the one before was at it. So
    nobody waits for company, and the busier the process, the more is done in one go. Where `do` fails for
    several, each of them does it for itself, and only that one meets the error whose item causes it.
    """

    def __init__(self, do: Callable[[list[Item]], list[Answer]], *, at_most: int) -> None:
        self._do, self._at_most = do, at_most
        self._lock = threading.Lock()
        self._waiting: list[_Asked[Item, Answer]] = []
        self._busy = False

    def ask(self, item: Item, *, apart: Hashable = None) -> Answer:
        """The answer for `item`. Of those with the same in `apart`, where it is told, each is done in another
        go. Raises what `do` does."""
        mine = _Asked[Item, Answer](item, apart)
        with self._lock:
            if self._busy:
                self._waiting.append(mine)
            else:
                self._busy = mine.leads = True
        if not mine.leads:
            mine.woken.acquire()
        if mine.leads:
            self._lead(mine)
        return mine.answer if mine.answered else self._do([item])[0]

    def _lead(self, mine: _Asked[Item, Answer]) -> None:
        asked = self._with(mine)
        try:
            for each, answer in zip(asked, self._do([each.item for each in asked]), strict=True):
                each.answer, each.answered = answer, True
        except Exception:
            if len(asked) == 1:
                raise
            logger.warning("done_one_by_one", several=len(asked), exc_info=True)
        finally:
            self._hand_on(asked[1:])

    def _with(self, mine: _Asked[Item, Answer]) -> list[_Asked[Item, Answer]]:
        """The first of those that wait, as they came; the others stay."""
        chosen, left, taken = [mine], [], {mine.apart}
        with self._lock:
            for each in self._waiting:
                if len(chosen) < self._at_most and (each.apart is None or each.apart not in taken):
                    taken.add(each.apart)
                    chosen.append(each)
                else:
                    left.append(each)
            self._waiting = left
        return chosen

    def _hand_on(self, done: list[_Asked[Item, Answer]]) -> None:
        with self._lock:
            following = self._waiting[:1]
            del self._waiting[:1]
            self._busy = bool(following)
        for each in following:
            each.leads = True
        for each in (*done, *following):
            each.woken.release()
