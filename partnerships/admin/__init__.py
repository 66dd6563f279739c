"""The desk of the staff. Pages read; `partnerships.operations` decide, and check each decision again."""
