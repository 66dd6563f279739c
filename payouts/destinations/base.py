from dataclasses import dataclass, field

from payouts.models.policies import MethodKind


class InvalidAccount(ValueError):
    """`field` names what is wrong, as the form of its kind calls it."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True)
class Destination:
    """A place to pay to. `details` is what its rail needs, `masked` what people are shown, `identity` the
    text that two rows for one place have in common, `country` where the account is."""

    kind: MethodKind
    masked: str
    country: str
    identity: str = field(repr=False)
    details: dict[str, str] = field(repr=False)
    bank_name: str = ""
