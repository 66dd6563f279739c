import uuid

from django.db.models import QuerySet

from wallets.models import Freeze


def freezes_in_force(viewer_id: uuid.UUID) -> QuerySet[Freeze]:
    """Why nothing goes out of this wallet, oldest first."""
    placed = Freeze.objects.filter(viewer_id=viewer_id, lifted_at__isnull=True)
    return placed.select_related("dispute__purchase").order_by("placed_at")


def all_freezes_in_force() -> QuerySet[Freeze]:
    return Freeze.objects.filter(lifted_at__isnull=True)
