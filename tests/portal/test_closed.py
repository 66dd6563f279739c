"""What a closure leaves of a person, and what it pays out and keeps."""

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.urls import reverse

from ledger import vault
from ledger.chart import CREATOR_DIAMONDS_PENDING
from ledger.queries import balance
from partnerships.models import AffiliateLink, BrandDeal
from payouts.models import IdentityDocument, IdentityVersion, PayoutMethod, TaxForm
from payouts.queries import method_in_use
from portal.models import ApiKey, Closure, KeptHandle, Notice, Sighting
from portal.models.closures import ClosureState
from portal.operations import closing
from portal.operations.closing import close, close_due, hold, purge_due
from portal.operations.exports import ask_for_export, build
from portal.operations.people import HandleTaken, save_profile
from portal.operations.sightings import saw
from tests.factories.challenges import SETTLED, campaign, claimed, joined
from tests.factories.closing import LATER, asked, closed, held_by, holder
from tests.factories.gifts import earn, gift_from
from tests.factories.keys import issue_key
from tests.factories.papers import pdf, upload
from tests.factories.partnerships_affiliate import link
from tests.factories.partnerships_deals import deal_of, deliverable_of
from tests.factories.payouts import NOW, PayoutMethodFactory, give_cash, paid_payout, show_papers
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.purchases import dispute_event, paid
from wallets.operations.clearing import release_cleared
from wallets.operations.events import handle_payment_event
from wallets.queries.gifts import recent_gifts, total_received

pytestmark = pytest.mark.django_db


class TestClose:
    def test_erases_who_it_was(self, client):
        ada = UserFactory(handle="ada", display_name="Ada Unique", email="ada.unique@example.test")
        EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
        Authenticator.objects.create(user=ada, type="totp", data={})
        issue_key(user=ada, scopes=["wallet:read"])
        saw(person=ada, address="8.8.8.8", device="d", at=NOW)
        export = ask_for_export(person=ada, at=NOW)
        build(export_id=export.pk, clock=lambda: NOW)
        export.refresh_from_db()
        closure = closed(ada)
        assert (ada.handle, str(ada), ada.birth_date, ada.is_active) == ("", "A former member", None, False)
        assert ada.email == f"closed-{ada.pk.hex}@closed.invalid"
        for rows in (EmailAddress, Authenticator, ApiKey, Sighting, Notice):
            assert not rows.objects.exists()
        assert not vault.holds(export.file)
        assert (closure.files, closure.purge_date) == ([], None)
        answer = client.post(
            reverse("account_login"), {"login": "ada.unique@example.test", "password": "portal-demo"}
        )
        assert answer.status_code == 200

    def test_gives_back_what_rewards_had_cost(self):
        ada = UserFactory()
        prize = campaign()
        joined(ada, prize)
        gift_from(ada, CreatorFactory(), at=SETTLED - dt.timedelta(minutes=1))
        claim = claimed(ada, prize)
        closed(ada, at=claim.claimed_at + dt.timedelta(days=20))
        claim.refresh_from_db()
        assert claim.expired == claim.coins
        assert held_by(ada) == 0

    def test_leaves_the_gift_lists_of_others_adding_up(self):
        ada, lumi = UserFactory(), CreatorFactory()
        gift_from(ada, lumi, quantity=3, message="It is me, Ada")
        before = total_received(lumi.pk)
        closed(ada)
        [gift] = recent_gifts(lumi.pk)
        assert (gift.sender, gift.message, gift.quantity) == ("A former member", "", 3)
        assert total_received(lumi.pk) == before

    def test_deletes_papers_of_who_was_never_paid(self):
        lumi = CreatorFactory()
        show_papers(lumi)
        method = PayoutMethodFactory(owner=lumi)
        paper = upload(lumi, "proof_of_address", content=pdf())
        deliverable_of(deal_of(lumi))
        found = link(creator=lumi)
        closed(lumi)
        assert AffiliateLink.objects.get(pk=found.pk).retired_at == LATER
        assert method_in_use(lumi.pk) is None
        version, method = IdentityVersion.objects.get(creator=lumi), PayoutMethod.objects.get(pk=method.pk)
        assert (version.legal_name, version.street) == ("", "")
        assert (method.holder, method.details, method.fingerprint) == ("", {}, "")
        assert not TaxForm.objects.filter(creator=lumi).exists()
        assert not IdentityDocument.objects.exists()
        assert not BrandDeal.objects.exists()
        assert not vault.holds(paper.file)

    def test_keeps_what_a_law_asks_for_and_erases_it_in_time(self):
        lumi = CreatorFactory()
        paid_payout(lumi)
        paper = upload(lumi, "proof_of_address", content=pdf())
        closure = closed(lumi)
        assert closure.purge_date == dt.date(2032, 1, 1)
        assert IdentityVersion.objects.get(creator=lumi).legal_name == "Lumi Sommer"
        assert TaxForm.objects.filter(creator=lumi).exists()
        assert purge_due(at=dt.datetime(2031, 12, 31, 23, tzinfo=dt.UTC)) == 0
        assert purge_due(at=dt.datetime(2032, 1, 1, tzinfo=dt.UTC)) == 1
        assert IdentityVersion.objects.get(creator=lumi).legal_name == ""
        assert not vault.holds(paper.file)
        assert TaxForm.objects.filter(creator=lumi).exists()
        closure.refresh_from_db()
        assert closure.purge_date == dt.date(2037, 1, 1)
        hold(closure_id=closure.pk, actor=holder(), reason="Police", at=LATER)
        assert purge_due(at=dt.datetime(2037, 1, 1, tzinfo=dt.UTC)) == 0
        Closure.objects.update(held_at=None, held_by=None, hold_reason="")
        assert purge_due(at=dt.datetime(2037, 1, 1, tzinfo=dt.UTC)) == 1
        assert not TaxForm.objects.filter(creator=lumi).exists()
        assert PayoutMethod.objects.get(owner=lumi).details == {}
        closure.refresh_from_db()
        assert closure.purge_date is None

    def test_keeps_a_creator_s_handle_from_others_and_lets_a_viewer_s_go(self):
        lumi, ada, other = CreatorFactory(handle="lumi"), UserFactory(handle="ada"), UserFactory()
        closed(lumi)
        closed(ada)
        assert save_profile(user_id=other.pk, handle="ada").handle == "ada"
        assert "lumi" not in KeptHandle.objects.get().digest
        with pytest.raises(HandleTaken):
            save_profile(user_id=other.pk, handle="lumi")

    def test_tells_nobody_who_has_left(self):
        """A bank may still take a payment back: books follow, and no mail goes out."""
        ada = UserFactory()
        purchase = paid(ada, at=NOW)
        closed(ada)
        handle_payment_event(event=dispute_event(purchase), at=LATER)
        handle_payment_event(event=dispute_event(purchase, "lost"), at=LATER)
        assert not Notice.objects.exists()

    def test_waits_until_what_is_pending_has_cleared(self):
        lumi = CreatorFactory()
        earn(lumi, 5_000, at=NOW)
        closure = asked(lumi)
        assert close_due(at=LATER) == 0
        closure.refresh_from_db()
        assert "are pending" in closure.problem
        assert Notice.objects.filter(person=lumi, kind="closure_delayed").count() == 1
        release_cleared(creator_id=lumi.pk, at=NOW + dt.timedelta(days=16))
        assert close_due(at=LATER + dt.timedelta(days=2)) == 1
        assert balance(CREATOR_DIAMONDS_PENDING.of(lumi.pk)) == held_by(lumi) == 0

    def test_takes_no_more_than_was_agreed_to(self):
        lumi = CreatorFactory()
        closure = asked(lumi)
        give_cash(lumi, "EUR", 7_500)
        assert close_due(at=LATER) == 0
        closure.refresh_from_db()
        assert "€75.00" in closure.problem
        assert held_by(lumi) == 7_500

    def test_does_nothing_before_its_day(self):
        assert not close(closure_id=asked(UserFactory()).pk, at=LATER - dt.timedelta(seconds=1))

    def test_does_nothing_by_halves(self, monkeypatch):
        """A worker that dies between settling and erasing has done neither; the others go on."""
        lumi, ada = CreatorFactory(), UserFactory()
        give_cash(lumi, "EUR", 120)
        closure = asked(lumi)
        asked(ada, NOW + dt.timedelta(seconds=1))
        empty = closing.empty

        def dies(person, **facts):
            if person.pk == lumi.pk:
                raise RuntimeError("the power is gone")
            empty(person, **facts)

        monkeypatch.setattr(closing, "empty", dies)
        assert close_due(at=LATER + dt.timedelta(days=1)) == 1
        lumi.refresh_from_db()
        closure.refresh_from_db()
        assert (closure.state, held_by(lumi), lumi.closed_at) == (ClosureState.WAITING, 120, None)
        assert "went wrong" in closure.problem
        monkeypatch.undo()
        assert close_due(at=LATER + dt.timedelta(days=2)) == 1
        assert held_by(lumi) == 0

    def test_deletes_the_files_of_a_worker_that_died(self):
        lumi = CreatorFactory()
        name = vault.keep("identity", b"paper")
        closure = closed(lumi)
        Closure.objects.filter(pk=closure.pk).update(files=[name])
        close_due(at=LATER)
        assert not vault.holds(name)

    def test_closes_again_one_that_was_kept(self):
        ada = UserFactory()
        asked(ada)
        ada.refresh_from_db()
        assert closing.keep_open(person=ada, at=NOW)
        closed(ada)
        assert Closure.objects.filter(person=ada).count() == 2
