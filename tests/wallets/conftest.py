import pytest

from ledger.queries import platform_balances
from tests.factories.desk import Desk
from tests.factories.people import UserFactory


@pytest.fixture
def desk(settings):
    """The only payment provider there is, under the sandbox's name."""
    settings.PAYMENT_PROVIDERS = {"sandbox": "tests.factories.desk.Desk"}
    return Desk.reset()


@pytest.fixture
def viewer(db):
    return UserFactory(country="DE")


@pytest.fixture
def nothing_moves(db):
    """Every balance of every account is after the test what it was before."""
    before = platform_balances()
    yield
    assert platform_balances() == before
