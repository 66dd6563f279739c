"""Tax numbers, checked by the register of python-stdnum: their length, structure and check digits. Whether
the number is this person's, only its tax office knows."""

import re
from importlib import import_module

from django_countries import countries

# Which numbers of a country its tax office knows a person or a business by, as modules of stdnum.
# https://taxation-customs.ec.europa.eu/online-services/online-services-and-databases-taxation/taxpayer-identification-number-tin_en
# https://www.oecd.org/en/networks/global-forum-tax-transparency/resources/aeoi-implementation-portal/tax-identification-numbers.html
_KNOWN = {
    "AD": "ad.nrt", "AT": "at.tin at.uid", "AU": "au.tfn au.abn", "BE": "be.nn be.bis be.vat",
    "BG": "bg.egn bg.pnf bg.vat", "BR": "br.cpf br.cnpj", "CA": "ca.sin ca.bn", "CH": "ch.ssn ch.uid",
    "CL": "cl.rut", "CO": "co.nit", "CY": "cy.vat", "CZ": "cz.rc cz.dic", "DE": "de.idnr de.vat",
    "DK": "dk.cpr dk.cvr", "EE": "ee.ik ee.registrikood ee.kmkr", "ES": "es.nif", "FI": "fi.hetu fi.ytunnus",
    "FR": "fr.nif fr.siren fr.tva", "GB": "gb.utr gb.vat", "GR": "gr.vat", "HR": "hr.oib", "HU": "hu.anum",
    "IE": "ie.pps ie.vat", "IT": "it.codicefiscale it.iva", "JP": "jp.in_ jp.cn", "KR": "kr.rrn kr.brn",
    "LT": "lt.asmens lt.pvm", "LU": "lu.tva", "LV": "lv.pvn", "MC": "mc.tva", "MT": "mt.vat", "MX": "mx.rfc",
    "NL": "nl.bsn nl.btw", "NO": "no.fodselsnummer no.orgnr", "NZ": "nz.ird", "PL": "pl.pesel pl.nip",
    "PT": "pt.nif", "RO": "ro.cnp ro.cui", "SE": "se.personnummer se.orgnr se.vat", "SI": "si.ddv",
    "SK": "sk.rc sk.dph", "SM": "sm.coe", "TH": "th.pin th.tin", "TW": "tw.ubn",
    "US": "us.ssn us.itin us.ein",
}  # fmt: skip
# Structures from the same lists, of people's numbers that stdnum does not know.
_SHAPES = {
    "HU": r"8\d{9}",
    "LU": r"\d{13}",
    "MT": r"\d{1,7}[MGAPLHBZ]|\d{9}",
    "TW": r"[A-Z]\d{9}",
}
_ANY = r"[A-Z0-9]{4,20}"
"""Where nothing is known of a country's numbers."""
LONGEST = 30


class InvalidTaxNumber(ValueError):
    """No tax office of that country gives out such a number."""

    code = "invalid_tax_number"


def tax_number(country: str, number: str) -> str:
    """The number without what people put between its digits. Raises InvalidTaxNumber."""
    from stdnum.exceptions import ValidationError

    if len(number) <= LONGEST:
        for name in _KNOWN.get(country, "").split():
            try:
                return import_module(f"stdnum.{name}").validate(number)
            except ValidationError:
                continue
        compact = re.sub(r"[\s./-]", "", number).upper()
        shape = _SHAPES.get(country, "" if country in _KNOWN else _ANY)
        if shape and re.fullmatch(shape, compact, re.ASCII):
            return compact
    where = dict(countries).get(country, country)
    raise InvalidTaxNumber(f"No tax number of {where} looks like this. Compare it with a letter from there.")


def vat_number(number: str) -> str:
    """A VAT number of the EU, with its country. Raises InvalidTaxNumber."""
    from stdnum.eu import vat
    from stdnum.exceptions import ValidationError

    try:
        return vat.validate(number)
    except ValidationError as error:
        raise InvalidTaxNumber(
            "This is no VAT number of the EU. It begins with the two letters of its country."
        ) from error


def masked(number: str) -> str:
    """As much as tells one's own numbers apart."""
    return f"•••• {number[-4:]}"
