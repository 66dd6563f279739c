from tests.payouts.bank import _running_bank, bank

__all__ = ["_running_bank", "bank"]
