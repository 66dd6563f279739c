"""The gifts that a new portal starts with."""

from django.utils.text import slugify

from wallets.catalogue import OPENING, rows


def load_gift_types(model) -> int:
    """Add each gift of `gift_types.csv` that was never on sale. Returns how many were new.

    `model` is GiftType, as a migration or the application knows it."""
    known = set(model.objects.values_list("slug", flat=True))
    new = [
        model(
            slug=slugify(row["name"]),
            name=row["name"],
            coins=int(row["coins"]),
            picture=slugify(row["name"]),
            available_from=OPENING,
        )
        for row in rows("gift_types.csv")
        if slugify(row["name"]) not in known
    ]
    model.objects.bulk_create(new)
    return len(new)
