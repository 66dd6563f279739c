"""What an international bank account number may be: schwifty's register knows each country's length,
structure and check digits, which banks it has, and who takes part in SEPA."""

from payouts.destinations.base import Destination, InvalidAccount
from payouts.models.policies import MethodKind

# https://www.swift.com/resource/iban-registry-pdf: what else an IBAN of a country may stand for.
TERRITORIES = {
    "FI": {"AX"},
    "FR": {"BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"},
    "GB": {"GG", "IM", "JE"},
}


def iban_account(iban: str, bic: str = "") -> Destination:
    """The BIC follows from the IBAN where the register knows the bank, and has to be told otherwise. One that
    is told and names another bank, or a bank of another country, is refused.

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
        told = BIC(bic) if bic else None
    except SchwiftyException as error:
        raise InvalidAccount("bic", "This is not a valid BIC. It has 8 or 11 characters.") from error
    if told is not None and not _fit(account, told):
        raise InvalidAccount(
            "bic", "This BIC is not of the bank that the IBAN names. Leave it empty, or compare both."
        )
    code = account.bic or told
    if code is None:
        raise InvalidAccount("bic", "We don't know this bank yet. Add its BIC; your bank statement has it.")
    number = str(account)
    return Destination(
        kind=MethodKind.IBAN,
        masked=f"{number[:4]} •••• {number[-4:]}",
        country=account.country_code,
        identity=number,
        details={"iban": number, "bic": str(code)},
        bank_name=account.bank_name or "",
    )


def _fit(account, told) -> bool:
    """The first eight characters name the bank, the last three its branch."""
    if account.bic is not None:
        known = type(told).candidates_from_bank_code(account.country_code, account.bank_code)
        return told[:8] in {candidate[:8] for candidate in known}
    country = account.country_code
    return told.country_code in {country} | TERRITORIES.get(country, set())
