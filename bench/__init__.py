"""What a gift costs and how far it goes, measured: `make bench`. docs/performance.md says what and how."""
