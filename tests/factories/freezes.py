import uuid

from tests.factories.people import StaffFactory
from tests.factories.purchases import NOW
from wallets.models import Freeze
from wallets.operations.freezes import freeze_wallet


def freeze_for(viewer) -> Freeze:
    """Staff freeze the viewer's wallet."""
    staff = StaffFactory(is_superuser=True)
    return freeze_wallet(viewer_id=viewer.pk, reason="We look at it.", key=uuid.uuid4(), actor=staff, at=NOW)
