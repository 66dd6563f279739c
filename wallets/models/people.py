"""People, whose own model is the portal's."""


def public_name(person) -> str:
    """For everybody's eyes: never their email address."""
    return person.display_name or (f"@{person.handle}" if person.handle else "A viewer")
