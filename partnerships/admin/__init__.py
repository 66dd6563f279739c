"""The desk of the staff. Pages read; `partnerships.operations` decide, and check each decision again."""

from partnerships.admin import merch

__all__ = ["merch"]
