import sys
import threading
from functools import partial

import pytest

from ledger.together import Together
from tests.concurrency.company import in_company
from tests.concurrency.threads import race


class Shop:
    """Praises what is brought, and writes down what came in one go."""

    def __init__(self, at_most: int = 10) -> None:
        self.goes: list[list[str]] = []
        self.together = Together(self._praise, at_most=at_most)

    def _praise(self, items: list[str]) -> list[str]:
        self.goes.append(items)
        if "bad" in items:
            raise ValueError(", ".join(items))
        return [f"{item}!" for item in items]

    def meet(self, **apart_of: str) -> list[object]:
        """What each was told: each item with what it is kept apart by."""
        asks = [partial(self.together.ask, item, apart=apart) for item, apart in apart_of.items()]
        return in_company(self.together, *asks)


class TestTogether:
    def test_does_at_once_what_one_asks_for(self):
        shop = Shop()
        assert shop.together.ask("tea", apart="ada") == "tea!"
        assert shop.together.ask("jam", apart="ada") == "jam!"
        assert shop.goes == [["tea"], ["jam"]]

    def test_does_in_one_go_what_came_meanwhile(self):
        shop = Shop()
        assert shop.meet(tea="ada", jam="bob", ham="eve") == ["tea!", "jam!", "ham!"]
        assert shop.goes == [["tea", "jam", "ham"]]

    def test_goes_on_until_nobody_waits(self):
        shop = Shop(at_most=2)
        assert shop.meet(a="1", b="2", c="3", d="4", e="5") == ["a!", "b!", "c!", "d!", "e!"]
        assert shop.goes == [["a", "b"], ["c", "d"], ["e"]]
        assert shop.together.ask("f", apart="1") == "f!"

    def test_keeps_apart_what_has_the_same(self):
        shop = Shop()
        assert shop.meet(tea="ada", jam="ada", ham="eve", egg="ada") == ["tea!", "jam!", "ham!", "egg!"]
        assert shop.goes == [["tea", "ham"], ["jam"], ["egg"]]

    def test_keeps_nothing_apart_where_nobody_asks_for_it(self):
        shop = Shop()
        assert in_company(shop.together, *[partial(shop.together.ask, "tea")] * 3) == ["tea!"] * 3
        assert shop.goes == [["tea", "tea", "tea"]]

    def test_leaves_each_alone_where_it_fails_for_several(self):
        shop = Shop()
        tea, bad, ham = shop.meet(tea="ada", bad="bob", ham="eve")
        assert (tea, ham) == ("tea!", "ham!")
        assert isinstance(bad, ValueError)
        assert str(bad) == "bad"
        assert shop.goes[0] == ["tea", "bad", "ham"]
        assert sorted(shop.goes[1:]) == [["bad"], ["ham"], ["tea"]]

    def test_goes_on_after_somebody_alone_failed(self):
        shop = Shop()
        bad, tea = shop.meet(bad="ada", tea="ada")
        assert str(bad) == "bad"
        assert tea == "tea!"
        assert shop.goes == [["bad"], ["tea"]]

    @pytest.fixture
    def restless(self):
        """Threads that take turns as often as they can."""
        usual = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        yield
        sys.setswitchinterval(usual)

    def test_answers_everybody_once(self, restless):
        """Nobody is held up and nobody forgotten, however threads come and go; one at a time is at it."""
        inside, most = threading.Semaphore(1), []

        def twice(items: list[int]) -> list[int]:
            assert inside.acquire(blocking=False)
            most.append(len(items))
            inside.release()
            return [2 * item for item in items]

        together = Together(twice, at_most=4)
        told = race(lambda number: [together.ask(100 * number + n, apart=number) for n in range(100)], 12)
        assert told == [[2 * (100 * number + n) for n in range(100)] for number in range(12)]
        assert sum(most) == 1200
        assert max(most) <= 4
