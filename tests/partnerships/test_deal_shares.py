"""The link for the brand, files, reminders, and what staff may do."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from partnerships.deal_states import DeliverableState, Stage
from partnerships.models import BrandDeal, DealFile, DealShare, Deliverable
from partnerships.operations.deal_moves import UnableToMove
from partnerships.operations.deal_parts import move_deliverable, save_part
from partnerships.operations.deal_shares import DAYS, UnableToShare, freeze_share, revoke_share, share_deal
from partnerships.queries.deal_shares import share_of_token
from partnerships.tasks import remind_of_deals
from partnerships.views.deal_shares import WORDS
from portal.models import Notice
from tests.factories.papers import pdf
from tests.factories.partnerships_deals import (
    NOW,
    PROOF,
    TODAY,
    days,
    deal_of,
    deliverable_of,
    drafted,
    exclusivity_of,
    invoiced,
    milestone_of,
)
from tests.factories.people import CreatorFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_day(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()  # it counts who asks how often in this minute


@pytest.fixture
def creator():
    return CreatorFactory(handle="lumi", display_name="Lumi Aalto")


@pytest.fixture
def deal(creator):
    return deal_of(creator, "Year of Aurora", stage=Stage.IN_PROGRESS, notes="They would pay double")


@pytest.fixture
def studio(client, creator):
    client.force_login(creator)
    return client


def shared(deal) -> DealShare:
    return share_deal(creator=deal.creator, deal_id=deal.pk, at=NOW)


def address(share, name: str = "shared_deal", *more) -> str:
    return reverse(f"partnerships:{name}", args=[share.token, *more])


def submitted(deal) -> Deliverable:
    video = deliverable_of(deal, "The video")
    return move_deliverable(
        creator=deal.creator, deliverable_id=video.pk, to=DeliverableState.SUBMITTED, at=NOW
    )


class TestSharedPage:
    def test_shows_the_deal_and_nothing_internal(self, client, creator, deal):
        submitted(deal)
        milestone_of(deal, title="Secret half")
        exclusivity_of(deal, "secretware")
        deal_of(creator, "Another brand's deal", brand="Beta Sound")
        draft, out = drafted(deal, 12_345), invoiced(deal, 777_00)
        share = shared(deal)
        page = client.get(address(share))
        assert "noindex" in page.headers["X-Robots-Tag"]
        assert page.headers["Referrer-Policy"] == "same-origin"
        for words in ("Year of Aurora", "Lumi Aalto", "The video", out.name, "€777.00", "Approve"):
            assert words in page.text
        for words in (
            "They would pay double", "Secret half", "secretware", "Beta Sound", "€1,000.00", "123.45",
            creator.email, "/studio/", str(draft.pk), str(deal.pk), "Written down",
        ):  # fmt: skip
            assert words not in page.text
        assert client.get(address(share, "shared_invoice", out.pk)).content.startswith(b"%PDF-")
        assert client.get(address(share, "shared_invoice", draft.pk)).status_code == 404

    def test_opens_by_its_own_link_alone(self, client, deal):
        share = shared(deal)
        assert client.get(address(share).replace(share.token, share.token[:-1] + "x")).status_code == 404
        again = shared(deal)
        assert (client.get(address(share)).status_code, client.get(address(again)).status_code) == (404, 200)
        revoke_share(creator=deal.creator, deal_id=deal.pk, at=NOW)
        assert client.get(address(again)).status_code == 404

    def test_expires(self, deal):
        share = shared(deal)
        assert share_of_token(share.token, NOW + days(DAYS - 1)) == share
        assert share_of_token(share.token, NOW + days(DAYS)) is None

    def test_keeps_no_token_that_could_be_read_from_the_table(self, deal):
        share = shared(deal)
        row = DealShare.objects.extra(select={"raw": "token"}).values("raw", "digest").get()
        assert share.token not in row.values()

    def test_writes_once_an_hour_that_it_was_seen(self, client, deal, django_assert_num_queries):
        share = shared(deal)
        client.get(address(share))
        assert DealShare.objects.get().seen_at == NOW
        with django_assert_num_queries(4):
            client.get(address(share))


class TestTheBrandsWord:
    def test_approves_and_tells_the_creator(self, client, creator, deal):
        video, share = submitted(deal), shared(deal)
        client.post(address(share, "shared_word", video.pk), {"to": "approved", "comment": "Lovely"})
        video.refresh_from_db()
        assert (video.state, video.brand_comment, video.approved_at) == ("approved", "Lovely", NOW)
        assert Notice.objects.get(person=creator).kind == "deal_approved"

    def test_says_what_is_to_be_changed(self, client, creator, deal):
        video, share = submitted(deal), shared(deal)
        page = client.post(address(share, "shared_word", video.pk), {"to": "changes"})
        assert page.status_code == 422
        assert "Say what you would like to have changed." in page.text
        client.post(address(share, "shared_word", video.pk), {"to": "changes", "comment": "Shorter"})
        video.refresh_from_db()
        assert video.state == DeliverableState.CHANGES

    @pytest.mark.parametrize("to", ["published", "dropped", "nonsense"])
    def test_says_nothing_else(self, client, deal, to):
        video, share = submitted(deal), shared(deal)
        assert client.post(address(share, "shared_word", video.pk), {"to": to}).status_code == 422
        video.refresh_from_db()
        assert video.state == DeliverableState.SUBMITTED

    def test_is_about_this_deal_alone(self, client, creator, deal):
        other, share = submitted(deal_of(creator, stage=Stage.IN_PROGRESS)), shared(deal)
        assert client.post(address(share, "shared_word", other.pk), {"to": "approved"}).status_code == 404

    def test_is_heard_so_often_a_minute(self, client, deal):
        video, share = submitted(deal), shared(deal)
        word = address(share, "shared_word", video.pk)
        statuses = [client.post(word, {"to": "changes"}).status_code for _ in range(WORDS + 1)]
        assert statuses == [422] * WORDS + [429]
        busy = client.post(word, {"to": "changes"})
        assert 0 < int(busy.headers["Retry-After"]) <= 60

    def test_counts_brands_behind_a_proxy_apart(self, client, creator, deal, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        drummed, other = shared(deal), shared(deal_of(creator, stage=Stage.IN_PROGRESS))
        word, _ = (address(each, "shared_word", submitted(each.deal).pk) for each in (drummed, other))
        for _ in range(WORDS + 1):
            busy = client.post(word, {"to": "changes"}, headers={"x-forwarded-for": "203.0.113.7"})
        assert busy.status_code == 429
        for place, status in (("203.0.113.8", 422), ("203.0.113.7", 429)):
            word = address(other, "shared_word", other.deal.deliverables.get().pk)
            answer = client.post(word, {"to": "changes"}, headers={"x-forwarded-for": place})
            assert answer.status_code == status


class TestDeliverables:
    def test_are_published_with_a_link_that_proves_it(self, studio, creator, deal):
        video = deliverable_of(deal)
        with pytest.raises(UnableToMove) as refusal:
            move_deliverable(creator=creator, deliverable_id=video.pk, to=DeliverableState.PUBLISHED, at=NOW)
        assert refusal.value.code == "no_proof"
        move = reverse("partnerships:move_deliverable", args=[deal.pk, video.pk])
        assert studio.post(move, {"to": "published", "proof_url": "javascript:alert(1)"}).status_code == 422
        studio.post(move, {"to": "published", "proof_url": PROOF})
        video.refresh_from_db()
        assert (video.state, video.proof_url, video.published_date) == ("published", PROOF, TODAY)
        assert "No disclosure" in studio.get(deal.get_absolute_url()).text

    def test_show_the_brand_the_link_they_were_handed_over_with(self, studio, deal):
        video, draft = deliverable_of(deal), "https://video.example/draft"
        move = reverse("partnerships:move_deliverable", args=[deal.pk, video.pk])
        studio.post(move, {"to": "submitted", "proof_url": draft})
        assert f'value="{draft}"' in studio.get(deal.get_absolute_url()).text
        brand = Client().get(address(shared(deal)))
        assert f'href="{draft}"' in brand.text
        assert "Approve" in brand.text
        studio.post(move, {"to": "approved"})
        studio.post(move, {"to": "published", "proof_url": PROOF})
        assert f'href="{PROOF}"' in Client().get(address(shared(deal))).text


class TestFiles:
    def test_come_back_to_their_creator_alone(self, studio, deal):
        add, content = reverse("partnerships:add_deal_file", args=[deal.pk]), pdf()
        for _ in range(2):
            studio.post(add, {"file": SimpleUploadedFile("contract.pdf", content)})
        kept = DealFile.objects.get()
        get = reverse("partnerships:deal_file", args=[kept.pk])
        answer = studio.get(get)
        assert (answer.content, answer.headers["Content-Type"]) == (content, "application/pdf")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        stranger = Client()
        stranger.force_login(CreatorFactory())
        assert stranger.get(get).status_code == 404
        assert stranger.post(reverse("partnerships:remove_deal_file", args=[kept.pk])).status_code == 404
        studio.post(reverse("partnerships:remove_deal_file", args=[kept.pk]))
        assert not DealFile.objects.exists()

    def test_are_what_their_content_says(self, studio, deal):
        add = reverse("partnerships:add_deal_file", args=[deal.pk])
        answer = studio.post(add, {"file": SimpleUploadedFile("contract.pdf", b"<script>")})
        assert answer.status_code == 422
        assert "this is something else" in answer.text


class TestReminders:
    def test_tell_each_thing_once(self, creator, deal, time_machine):
        deliverable_of(deal, "Soon", due_date=TODAY + days(3))
        deliverable_of(deal, "Later", due_date=TODAY + days(4))
        exclusivity_of(deal, until_date=TODAY + days(7))
        invoiced(deal, due_date=TODAY)
        for _ in range(2):
            remind_of_deals()
        told = Notice.objects.filter(person=creator)
        assert sorted(told.values_list("kind", flat=True)) == [
            "deal_deliverable_due", "deal_invoice_due", "deal_right_ends"
        ]  # fmt: skip
        time_machine.move_to(NOW + days(8), tick=False)
        remind_of_deals()
        late = told.filter(kind__in=("deal_deliverable_late", "deal_invoice_overdue"))
        assert late.count() == 3
        assert late.get(kind="deal_invoice_overdue").facts["days"] == 8
        time_machine.move_to(NOW + days(30), tick=False)
        remind_of_deals()
        assert [each.facts["days"] for each in late.filter(kind="deal_invoice_overdue")] == [30, 8]

    def test_look_at_nothing_twice(self, creator, deal, time_machine, django_assert_num_queries):
        video = deliverable_of(deal, due_date=TODAY)
        invoiced(deal, due_date=TODAY)
        for later in (0, 1, 7, 8):
            time_machine.move_to(NOW + days(later), tick=False)
            remind_of_deals()
        told = Notice.objects.filter(person=creator).count()
        with django_assert_num_queries(4):
            remind_of_deals()
        save_part(
            creator=creator,
            deal_id=deal.pk,
            model=Deliverable,
            key=video.pk,
            due_date=TODAY + days(9),
            at=NOW,
        )
        remind_of_deals()
        assert (told, Notice.objects.filter(person=creator).count()) == (5, 6)


class TestStaff:
    def test_freeze_an_abused_link(self, client, creator, deal):
        share, staff = shared(deal), StaffFactory(is_superuser=True)
        client.force_login(staff)
        change = reverse("admin:partnerships_dealshare_change", args=[share.pk])
        assert client.get(change).status_code == 200
        act = reverse("admin:partnerships_dealshare_actions", args=[share.pk, "freeze"])
        client.post(act, {"confirmed": "1", "reason": "Spam in the title"})
        share.refresh_from_db()
        assert (share.frozen_by, share.frozen_reason) == (staff, "Spam in the title")
        assert client.get(address(share)).status_code == 404
        with pytest.raises(UnableToShare):
            shared(deal)
        assert BrandDeal.objects.get().stage == Stage.IN_PROGRESS

    def test_decide_on_no_deal_of_their_own(self):
        own = CreatorFactory(is_superuser=True, is_staff=True)
        share = shared(deal_of(own))
        with pytest.raises(UnableToShare):
            freeze_share(share_id=share.pk, actor=own, reason="Mine", at=NOW)
