import datetime as dt
from dataclasses import replace

import pytest

from ledger.operations import IdempotencyConflict
from payouts.models import TaxForm
from payouts.models.tax_forms import TaxFormKind
from payouts.operations.review import MissingReason, NotPermitted
from payouts.operations.tax_forms import Answers, NotInForce, UnableToSign, UnknownTaxForm, reject_tax_form
from payouts.queries.tax_forms import forms_for, in_force, tax_form_of, withholding_per_mille
from payouts.tax_numbers import InvalidTaxNumber, tax_number, vat_number
from portal.models import Notice
from tests.factories.papers import ANSWERS, sign, verifier
from tests.factories.payouts import NOW, IdentityFactory
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
US = Answers(name="Nori Tanaka", number="536-90-4399", signature="Nori Tanaka")


class TestTaxNumber:
    @pytest.mark.parametrize(
        ("country", "number", "kept"),
        [
            ("DE", "36 574 261 809", "36574261809"),
            ("US", "536-90-4399", "536904399"),
            ("US", "91-1144442", "911144442"),
            ("NL", "111222333", "111222333"),
            ("FR", "30 23 217 600 053", "3023217600053"),
            ("ES", "54362315-K", "54362315K"),
            ("GB", "1955839661", "1955839661"),
            ("HU", "8123456789", "8123456789"),
            ("PA", "8-123-4567", "81234567"),
        ],
    )
    def test_is_one_that_the_country_gives_out(self, country, number, kept):
        assert tax_number(country, number) == kept

    @pytest.mark.parametrize(
        ("country", "number"),
        [
            ("DE", "36574261808"),
            ("DE", "x"),
            ("US", "000-12-3456"),
            ("US", "36574261809"),
            ("HU", "1234567890"),
            ("PA", "٣٤٥٦٧"),
            ("ES", "5" * 1000),
        ],
        ids=["check-digit", "letter", "unissued", "foreign", "structure", "other-digits", "endless"],
    )
    def test_is_no_other(self, country, number):
        with pytest.raises(InvalidTaxNumber):
            tax_number(country, number)

    def test_of_value_added_names_its_country(self):
        assert vat_number("DE 136 695 976") == "DE136695976"
        with pytest.raises(InvalidTaxNumber):
            vat_number("136695976")


class TestFormsFor:
    @pytest.mark.parametrize(
        ("country", "kinds"), [("US", ["w9"]), ("DE", ["dac7"]), ("GB", ["w8ben", "w9"]), ("MC", ["dac7"])]
    )
    def test_follow_the_country(self, country, kinds):
        assert list(forms_for(country)) == kinds


class TestSignTaxForm:
    def test_is_in_force_at_once_with_its_number_masked_and_sealed(self, django_db_blocker):
        from django.db import connection

        creator = CreatorFactory()
        form = sign(creator)
        assert (form.kind, form.country, form.number, form.masked) == (
            "dac7", "DE", "36574261809", "•••• 1809",
        )  # fmt: skip
        assert in_force(tax_form_of(creator.pk), "DE", NOW)
        with connection.cursor() as cursor:
            cursor.execute("SELECT number || name || signature FROM payouts_taxform")
            assert "365742" not in cursor.fetchone()[0]

    def test_takes_the_place_of_the_one_before(self):
        creator = CreatorFactory()
        first, second = sign(creator), sign(creator, key="2")
        first.refresh_from_db()
        assert (first.state, second.state) == ("superseded", "signed")

    def test_replays_a_key_and_refuses_it_for_something_else(self):
        creator = CreatorFactory()
        assert sign(creator) == sign(creator)
        with pytest.raises(IdempotencyConflict):
            sign(creator, answers=replace(ANSWERS, name="Someone", signature="Someone"))
        assert TaxForm.objects.count() == 1

    def test_holds_as_long_as_the_law_lets_it(self):
        gb = CreatorFactory(country="GB")
        w8 = sign(gb, TaxFormKind.W8BEN, answers=replace(ANSWERS, number="1955839661"))
        assert (w8.expires_at, w8.last_day) == (dt.datetime(2030, 1, 1, tzinfo=dt.UTC), dt.date(2029, 12, 31))
        assert not in_force(w8, "GB", w8.expires_at)
        assert sign(CreatorFactory(country="US"), TaxFormKind.W9, answers=US).expires_at is None
        assert sign(CreatorFactory()).expires_at == NOW + dt.timedelta(days=1095)

    @pytest.mark.parametrize(
        ("country", "kind", "change", "code", "field"),
        [
            ("DE", "dac7", {"number": "36574261808"}, "invalid_tax_number", "number"),
            ("DE", "dac7", {"number": " "}, "missing", "number"),
            ("DE", "dac7", {"name": " "}, "missing", "name"),
            ("DE", "dac7", {"signature": ""}, "missing", "signature"),
            ("DE", "dac7", {"vat_number": "12"}, "invalid_tax_number", "vat_number"),
            ("DE", "w9", {}, "wrong_form", ""),
            ("US", "dac7", {}, "wrong_form", ""),
            ("US", "w9", {"number": "536904399", "tax_class": "club"}, "tax_class", "tax_class"),
            ("GB", "w8ben", {"number": ""}, "missing", "number"),
            ("DE", "nonsense", {}, "wrong_form", ""),
            ("DE", "dac7", {"signature": "Somebody Else"}, "signature", "signature"),
            ("US", "w9", {"number": "536-90-4399", "tax_class": "c_corporation"}, "ein", "number"),
        ],
    )
    def test_refuses_what_no_tax_office_takes(self, country, kind, change, code, field):
        creator = CreatorFactory(country=country)
        with pytest.raises(UnableToSign) as refusal:
            sign(creator, kind, answers=replace(ANSWERS, **change))
        assert (refusal.value.code, refusal.value.field) == (code, field)
        assert tax_form_of(creator.pk) is None

    def test_is_signed_for_a_business_by_who_acts_for_it(self):
        creator = CreatorFactory(country="US")
        IdentityFactory(creator=creator, kind="business", company_name="Nori LLC", legal_name="Nori Tanaka")
        company = replace(US, name="Nori LLC", number="91-1144442", tax_class="c_corporation")
        with pytest.raises(UnableToSign, match="Nori Tanaka"):
            sign(creator, TaxFormKind.W9, answers=replace(company, signature="Nori LLC"))
        assert sign(creator, TaxFormKind.W9, answers=company).number == "911144442"

    def test_takes_a_reason_where_a_country_gives_no_number(self):
        answers = replace(ANSWERS, number="", no_number_reason="Panama gives none to me.")
        form = sign(CreatorFactory(country="PA"), TaxFormKind.W8BEN, answers=answers)
        assert (form.masked, form.digest, form.no_number_reason) == ("", "", "Panama gives none to me.")

    def test_is_for_creators(self):
        with pytest.raises(UnableToSign):
            sign(UserFactory())


class TestWithholdingPerMille:
    @pytest.mark.parametrize(
        ("country", "kind", "change", "expected"),
        [
            ("US", "", {}, 240),
            ("US", "w9", {"number": "536904399"}, 0),
            ("US", "w9", {"number": "536904399", "backup_withholding": True}, 240),
            ("GB", "w8ben", {"number": "1955839661"}, 0),
            ("GB", "w8ben", {"number": "1955839661", "works_in_us": True}, 300),
            ("GB", "w9", {"number": "536904399"}, 0),
            ("DE", "dac7", {}, 0),
            ("DE", "", {}, 0),
        ],
    )
    def test_follows_the_form(self, country, kind, change, expected):
        creator = CreatorFactory(country=country)
        if kind:
            sign(creator, kind, answers=replace(ANSWERS, **change))
        assert withholding_per_mille(creator, NOW) == expected


class TestInForce:
    def test_ends_when_the_creator_moves(self):
        creator = CreatorFactory()
        sign(creator)
        assert not in_force(tax_form_of(creator.pk), "FR", NOW)
        assert not in_force(tax_form_of(creator.pk), "US", NOW)


class TestRejectTaxForm:
    def test_asks_for_a_new_one_and_says_why(self):
        creator, staff = CreatorFactory(), verifier()
        form = sign(creator)
        for actor in (creator, StaffFactory()):
            with pytest.raises(NotPermitted):
                reject_tax_form(form_id=form.pk, actor=actor, reason="No.", at=NOW)
        with pytest.raises(MissingReason):
            reject_tax_form(form_id=form.pk, actor=staff, reason=" ", at=NOW)
        reject_tax_form(form_id=form.pk, actor=staff, reason="Another's number.", at=NOW)
        assert not in_force(tax_form_of(creator.pk), "DE", NOW)
        assert Notice.objects.get(person=creator).facts["reason"] == "Another's number."
        with pytest.raises(NotInForce):
            reject_tax_form(form_id=form.pk, actor=staff, reason="Again.", at=NOW)

    def test_is_about_another_s_form_that_exists(self):
        staff = verifier(is_creator=True)
        with pytest.raises(NotPermitted, match="their own"):
            reject_tax_form(form_id=sign(staff).pk, actor=staff, reason="No.", at=NOW)
        with pytest.raises(UnknownTaxForm):
            reject_tax_form(form_id=staff.pk, actor=staff, reason="No.", at=NOW)
