"""Every way to change a payout. Each function is one transaction and happens once."""
