"""Who and what the demo shows. Everything here goes through the operations that the pages call."""
