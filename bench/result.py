from dataclasses import dataclass, field


@dataclass(frozen=True)
class Result:
    """What is kept of a name: `a` and `b` are the runs, `value` what they come to. `notes` are only shown.
    `measured_as` is another name for it where the plan is too small for the table's own."""

    value: float | None
    a: list[float] = field(default_factory=list)
    b: list[float] = field(default_factory=list)
    notes: str = ""
    measured_as: str = ""
    skipped: bool = False
    failed: bool = False
