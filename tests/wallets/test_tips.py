import datetime as dt

import pytest

from ledger import queries
from ledger.chart import VIEWER_COINS
from ledger.operations import IdempotencyConflict, freeze
from ledger.queries import platform_balances
from tests.factories.gifts import NOW, give_coins
from tests.factories.people import UserFactory
from wallets.models import Block, CoinTip, ViewerSettings
from wallets.operations import refusals
from wallets.operations import tips as operations
from wallets.operations.tips import send_tip
from wallets.queries.tips import tips_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def sender():
    person = UserFactory()
    give_coins(person, 20_000)
    return person


@pytest.fixture
def recipient():
    return UserFactory(display_name="Theo")


@pytest.fixture
def tip(sender, recipient):
    def send(key="a", **facts):
        facts = {"sender": sender, "recipient": recipient, "coins": 100, "key": key, "at": NOW} | facts
        return send_tip(**facts)

    return send


def coins(*people) -> list[int]:
    return [queries.balance(VIEWER_COINS.of(person.pk)) for person in people]


class TestSendTip:
    def test_moves_coins_from_one_wallet_to_the_other(self, tip, sender, recipient):
        tipped = tip()
        assert coins(sender, recipient) == [19_900, 100]
        row = CoinTip.objects.get()
        assert (row, tipped.replayed) == (tipped.tip, False)
        assert (row.sender, row.recipient, row.coins, row.sent_at) == (sender, recipient, 100, NOW)
        assert list(tips_of(recipient)) == list(tips_of(sender)) == [row]

    def test_happens_once(self, tip, sender):
        first = tip()
        again = tip(at=NOW + DAY)
        assert (again.tip, again.replayed) == (first.tip, True)
        assert coins(sender) == [19_900]

    def test_returns_the_first_even_if_a_rule_now_refuses(self, tip, sender):
        first = tip()
        freeze([VIEWER_COINS.of(sender.pk)])
        ViewerSettings.objects.create(viewer=sender, cool_off_until=NOW + DAY)
        assert tip().tip == first.tip

    @pytest.mark.parametrize("facts", [{"coins": 99}, {"recipient": None}], ids=["coins", "recipient"])
    def test_conflicts_with_another_tip_under_its_key(self, tip, facts):
        tip()
        with pytest.raises(IdempotencyConflict):
            tip(**({"recipient": UserFactory()} if "recipient" in facts else facts))

    def test_reaches_a_frozen_wallet(self, tip, recipient):
        freeze([VIEWER_COINS.of(recipient.pk)])
        tip()
        assert coins(recipient) == [100]

    def test_counts_the_last_24_hours_whatever_time_zone_the_sender_chooses(self, tip, sender):
        """When the last is asked, a new day has begun on Kiritimati."""
        for number in range(5):
            tip(str(number), coins=1000)
        for zone in ("Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
            sender.time_zone = zone
            with pytest.raises(operations.TipsOfDayReached, match="5,000 coins in 24 hours"):
                tip(zone, coins=1, at=NOW + DAY - dt.timedelta(seconds=1))
        assert coins(sender) == [15_000]
        assert tip("a day later", coins=1, at=NOW + DAY).tip


def _own_cap(sender, recipient):
    ViewerSettings.objects.create(viewer=sender, daily_cap=99)


def _cooling_off(sender, recipient):
    ViewerSettings.objects.create(viewer=sender, cool_off_until=NOW + DAY)


def _frozen(sender, recipient):
    freeze([VIEWER_COINS.of(sender.pk)])


def _blocked(sender, recipient):
    Block.objects.create(blocker=recipient, blocked=sender, blocked_at=NOW)


def _gone(sender, recipient):
    recipient.is_active = False


class TestSendTipRefuses:
    @pytest.fixture(autouse=True)
    def _nothing_moves(self, sender):
        before = platform_balances()
        yield
        assert platform_balances() == before
        assert not CoinTip.objects.exists()

    @pytest.mark.parametrize("amount", [-5, 0, 1001])
    def test_what_is_no_tip(self, tip, amount):
        with pytest.raises(operations.InvalidTip, match="1 to 1,000 coins"):
            tip(coins=amount)

    def test_a_tip_to_oneself(self, tip, sender):
        with pytest.raises(operations.OwnTip):
            tip(recipient=sender)

    def test_more_than_there_is(self, tip):
        with pytest.raises(refusals.InsufficientCoins, match="100 more"):
            tip(sender=UserFactory())

    @pytest.mark.parametrize(
        ("rule", "refusal", "code"),
        [
            (_own_cap, refusals.CapReached, "daily_cap"),
            (_cooling_off, refusals.CoolingOff, "cooling_off"),
            (_frozen, refusals.WalletFrozen, "wallet_frozen"),
            (_blocked, refusals.Blocked, "not_accepted"),
            (_gone, refusals.Blocked, "not_accepted"),
        ],
        ids=lambda rule: getattr(rule, "__name__", rule),
    )
    def test_by_a_rule(self, tip, sender, recipient, rule, refusal, code):
        rule(sender, recipient)
        with pytest.raises(refusal) as refused:
            tip()
        assert refused.value.code == code
