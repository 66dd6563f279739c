"""How many examples a machine of hypothesis plays."""

import os


def examples(usually: int) -> int:
    """`usually` in every run; ten times as many where HYPOTHESIS=thorough asks for them."""
    return usually * 10 if os.environ.get("HYPOTHESIS") == "thorough" else usually
