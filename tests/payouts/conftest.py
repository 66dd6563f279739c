import pytest

from tests.factories.payouts import payable_creator


@pytest.fixture
def creator():
    return payable_creator()


@pytest.fixture
def studio(client, creator):
    client.force_login(creator)
    return client
