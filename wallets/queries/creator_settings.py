import uuid

from django.db.models import QuerySet

from wallets.models import Block, CreatorSettings


def creator_settings_of(creator) -> CreatorSettings:
    """How the creator takes gifts; an unsaved row of defaults where they have set nothing."""
    return CreatorSettings.objects.filter(creator=creator).first() or CreatorSettings(creator=creator)


def blocks_of(person) -> QuerySet[Block]:
    """Newest first."""
    return Block.objects.filter(blocker=person).select_related("blocked").order_by("-blocked_at", "-id")


def is_blocked(*, by: uuid.UUID, who: uuid.UUID) -> bool:
    return Block.objects.filter(blocker_id=by, blocked_id=who).exists()
