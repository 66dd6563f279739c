import datetime as dt

import pytest

from payouts.gates import failed, gates
from payouts.models import IdentityVersion, TaxForm
from payouts.operations import identity_review as review
from payouts.operations.tax_forms import reject_tax_form
from tests.factories.papers import sign, submitted, verifier
from tests.factories.payouts import NOW, IdentityFactory, TaxFormFactory
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def creator():
    return CreatorFactory()


def closed(creator, at=NOW):
    return {gate.code: gate for gate in failed(gates(creator, at))}


class TestIdentity:
    def test_begins_with_papers(self, creator):
        gate = closed(creator)["identity"]
        assert (gate.reason, gate.url) == ("We don't know who you are yet.", "/studio/verification/")

    def test_says_by_when_staff_usually_answer(self, creator):
        submitted(creator)
        assert "they usually answer by March 4, 2026" in closed(creator)["identity"].sentence

    def test_says_by_when_to_answer_and_why_not(self, creator):
        version, staff = submitted(creator), verifier()
        review.ask(version_id=version.pk, actor=staff, questions={"city": "?"}, at=NOW)
        assert closed(creator)["identity"].next_step == "Answer what they asked by March 16, 2026."
        review.reject(version_id=version.pk, actor=staff, reason="Not you.", at=NOW)
        assert closed(creator)["identity"].reason == "Our staff could not verify you: Not you."

    def test_opens_when_verified_until_the_last_day(self, creator):
        IdentityFactory(creator=creator, expires_at=NOW + DAY)
        assert "identity" not in closed(creator)
        gate = closed(creator, NOW + DAY)["identity"]
        assert gate.reason == "Your verification ran out on March 3, 2026."

    def test_warns_of_what_was_asked_of_somebody_verified(self, creator):
        version = IdentityFactory(creator=creator)
        review.ask(version_id=version.pk, actor=verifier(), questions={"city": "?"}, at=NOW)
        (gate,) = (gate for gate in gates(creator, NOW) if gate.code == "identity")
        assert (gate.passed, gate.warning, gate.action) == (True, True, "Answer")
        assert "Our staff asked for more by March 16, 2026." in gate.reason

    def test_closes_when_the_country_changes(self, creator):
        IdentityFactory(creator=creator)
        creator.country = "FR"
        creator.save()
        assert closed(creator)["identity"].reason == "Your country changed since you were verified."

    def test_is_not_asked_where_payouts_are_not_open(self):
        assert set(closed(CreatorFactory(country="NG"))) == {"country"}
        assert not IdentityVersion.objects.exists()


class TestTaxForm:
    def test_names_the_form_of_the_country(self, creator):
        gate = closed(creator)["tax_form"]
        assert (gate.next_step, gate.url) == (
            "Sign the EU tax self-declaration.",
            "/studio/verification/tax/",
        )
        assert closed(CreatorFactory(country="US"))["tax_form"].next_step == "Sign the Form W-9."

    def test_opens_with_a_signature_and_closes_with_a_rejection(self, creator):
        form = sign(creator)
        assert "tax_form" not in closed(creator)
        reject_tax_form(form_id=form.pk, actor=verifier(), reason="Another's.", at=NOW)
        assert "was not accepted: Another's." in closed(creator)["tax_form"].reason

    def test_closes_when_it_runs_out_or_its_signer_moves(self, creator):
        TaxFormFactory(creator=creator, expires_at=NOW + DAY)
        assert "ran out on March 3, 2026" in closed(creator, NOW + DAY)["tax_form"].reason
        creator.country = "FR"
        assert "not for the country that you live in now" in closed(creator)["tax_form"].reason
        assert TaxForm.objects.count() == 1
