import pytest

from tests.factories.payouts import PayoutMethodFactory, fix_rates, give_diamonds
from tests.factories.people import CreatorFactory
from tests.payouts.pages import WHOLE


@pytest.fixture
def creator():
    """One who can be paid, with diamonds worth a hundred dollars."""
    fix_rates()
    creator = CreatorFactory()
    PayoutMethodFactory(owner=creator)
    give_diamonds(creator, WHOLE)
    return creator


@pytest.fixture
def studio(client, creator):
    client.force_login(creator)
    return client
