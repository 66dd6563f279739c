"""What an international bank account number may be: schwifty's register knows each country's length,
structure and check digits, which banks it has, and who takes part in SEPA."""

from dataclasses import dataclass


class InvalidAccount(ValueError):
    """`field` names what is wrong: iban or bic."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True)
class BankAccount:
    iban: str
    bic: str
    country: str
    bank_name: str

    @property
    def masked(self) -> str:
        return f"{self.iban[:4]} •••• {self.iban[-4:]}"


def bank_account(iban: str, bic: str = "") -> BankAccount:
    """The BIC follows from the IBAN where the register knows the bank, and has to be told otherwise.

    Raises InvalidAccount."""
    # The register takes a while to load, and only few requests need it.
    from schwifty import BIC, IBAN
    from schwifty.exceptions import SchwiftyException

    try:
        account = IBAN(iban)
    except SchwiftyException as error:
        raise InvalidAccount(
            "iban", "This is not a valid IBAN. Compare it with your bank statement."
        ) from error
    if not account.in_sepa_zone:
        raise InvalidAccount(
            "iban", "We can pay into accounts of the SEPA countries only, and this one is elsewhere."
        )
    try:
        code = BIC(bic) if bic else account.bic
    except SchwiftyException as error:
        raise InvalidAccount("bic", "This is not a valid BIC. It has 8 or 11 characters.") from error
    if code is None:
        raise InvalidAccount("bic", "We don't know this bank yet. Add its BIC; your bank statement has it.")
    return BankAccount(str(account), str(code), account.country_code, account.bank_name or "")
