import datetime as dt
import io
import json
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone

from ledger import vault
from payouts.operations.identity import upload_document
from portal.models import DataExport, Notice
from portal.models.exports import ExportState
from portal.operations import export_files, exports
from portal.operations.exports import TooSoon, ask_for_export, build, build_waiting, delete_expired
from tests.factories.gifts import gift_from, give_coins
from tests.factories.papers import pdf
from tests.factories.payouts import NOW, give_diamonds, paid_payout
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.purchases import paid
from wallets.operations.tips import send_tip

pytestmark = pytest.mark.django_db


def built(person, at=NOW) -> zipfile.ZipFile:
    export = ask_for_export(person=person, at=at)
    assert build(export_id=export.pk, clock=lambda: at)
    export.refresh_from_db()
    return zipfile.ZipFile(io.BytesIO(b"".join(vault.read_pieces(export.file))))


def rows(archive: zipfile.ZipFile, name: str) -> list[dict]:
    return json.loads(archive.read(f"{name}.json"))


def last(person) -> DataExport:
    return DataExport.objects.filter(person=person).first()


class TestAskForExport:
    def test_waits_to_be_built(self):
        person = UserFactory()
        assert ask_for_export(person=person, at=NOW).state == ExportState.WAITING

    def test_returns_the_one_that_is_under_way(self):
        person = UserFactory()
        first = ask_for_export(person=person, at=NOW)
        assert ask_for_export(person=person, at=NOW + dt.timedelta(days=3)) == first

    def test_wants_a_day_between_two(self):
        person = UserFactory()
        built(person)
        with pytest.raises(TooSoon) as refusal:
            ask_for_export(person=person, at=NOW + dt.timedelta(hours=23))
        assert refusal.value.again_at == NOW + dt.timedelta(days=1)
        assert ask_for_export(person=person, at=NOW + dt.timedelta(days=1)).state == ExportState.WAITING

    def test_may_be_repeated_at_once_after_a_failure(self, monkeypatch):
        person = UserFactory()
        export = ask_for_export(person=person, at=NOW)
        monkeypatch.setattr(exports, "write_zip", lambda *_, **__: 1 / 0)
        assert not build(export_id=export.pk, clock=lambda: NOW)
        assert last(person).state == ExportState.FAILED
        assert Notice.objects.get(person=person).kind == "data_failed"
        assert ask_for_export(person=person, at=NOW) != export


class TestBuild:
    def test_holds_a_creator_s_life(self):
        """With other people's names as they show them, and nothing else of theirs."""
        lumi, ada, secret = CreatorFactory(), UserFactory(), UserFactory(display_name="Never shown")
        gift_from(ada, lumi, message="Well done")
        gift_from(secret, lumi, anonymous=True)
        payout = paid_payout(lumi)
        paper = pdf()
        upload_document(owner=lumi, kind="proof_of_address", content=paper, at=NOW)
        archive = built(lumi)
        received = rows(archive, "gifts/received")
        assert {row["from"] for row in received} == {ada.display_name, "Anonymous"}
        assert rows(archive, "payouts/payouts")[0]["reference"] == payout.reference
        assert rows(archive, "payouts/methods")[0]["details"]["iban"] == "DE89370400440532013000"
        assert rows(archive, "verification/tax_forms")[0]["number"] == "36574261809"
        [document] = rows(archive, "verification/papers")
        assert archive.read(f"verification/papers/{document['id']}.pdf") == paper
        assert all("internal_note" not in row for row in rows(archive, "payouts/events"))
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode(errors="replace")
        for other in (ada, secret):
            assert other.email not in everything
            assert str(other.pk) not in everything
        assert "Never shown" not in everything

    def test_holds_a_viewer_s_life(self):
        ada, lumi, ben = UserFactory(), CreatorFactory(), UserFactory()
        purchase = paid(ada)
        gift_from(ada, lumi, message="Well done")
        give_coins(ada, 20)
        send_tip(sender=ada, recipient=ben, coins=20, key="tip", at=NOW)
        archive = built(ada)
        assert [row["id"] for row in rows(archive, "wallet/purchases")] == [str(purchase.pk)]
        assert [(row["to"], row["message"]) for row in rows(archive, "gifts/sent")] == [
            (lumi.display_name, "Well done")
        ]
        assert rows(archive, "wallet/tips_sent")[0]["to"] == ben.display_name
        [account] = rows(archive, "books/accounts")
        moved = [
            row["amount"] for row in rows(archive, "books/movements") if row["account"] == "viewer.coins"
        ]
        assert sum(moved) == account["balance"] == 70

    def test_explains_each_file_and_tells_that_it_is_ready(self):
        person = UserFactory()
        archive = built(person)
        export = last(person)
        assert (export.state, export.done) == (ExportState.READY, export.steps)
        assert Notice.objects.get(person=person).kind == "data_ready"
        readme = archive.read("README.txt").decode()
        for name in set(archive.namelist()) - {"README.txt"}:
            assert name in readme
        assert "gifts/sent: " in readme.split("NOTHING IS KEPT OF YOU")[1]

    def test_writes_a_sheet_where_a_list_is_long(self, monkeypatch):
        monkeypatch.setattr(export_files, "MANY", 2)
        lumi = CreatorFactory()
        for number in range(3):
            give_diamonds(lumi, 100 + number)
        archive = built(lumi)
        lines = archive.read("books/movements.csv").decode("utf-8-sig").splitlines()
        assert len(lines) == 1 + 3
        assert "account/profile.csv" not in archive.namelist()

    def test_goes_on_without_a_lost_paper(self):
        lumi = CreatorFactory()
        document = upload_document(owner=lumi, kind="proof_of_address", content=pdf(), at=NOW)
        vault.remove(document.file)
        assert f"verification/papers/{document.pk}.lost.txt" in built(lumi).namelist()

    def test_leaves_one_that_another_is_building(self):
        export = ask_for_export(person=UserFactory(), at=NOW)
        DataExport.objects.update(state=ExportState.BUILDING, turn=1, beat_at=NOW, file="exports/x", steps=9)
        assert build_waiting(clock=lambda: NOW + exports.STALLED - dt.timedelta(seconds=1)) == 0
        export.refresh_from_db()
        assert export.turn == 1

    def test_starts_over_what_a_dead_worker_left(self):
        person = UserFactory()
        ask_for_export(person=person, at=NOW)
        vault.keep_pieces("exports/x", lambda sink: sink.write(b"half"))
        DataExport.objects.update(state=ExportState.BUILDING, turn=1, beat_at=NOW, file="exports/x", steps=9)
        assert build_waiting(clock=lambda: NOW + exports.STALLED) == 1
        assert not vault.holds("exports/x")
        assert (last(person).state, last(person).turn) == (ExportState.READY, 2)

    def test_never_makes_two(self, monkeypatch):
        """A worker that was believed gone, and comes back while another builds, gives up."""
        person = UserFactory()
        export = ask_for_export(person=person, at=NOW)
        write = exports.write_zip

        def overtaken(*args, **facts):
            exports._take(export.pk, NOW + exports.STALLED)
            write(*args, **facts)

        monkeypatch.setattr(exports, "write_zip", overtaken)
        assert not build(export_id=export.pk, clock=lambda: NOW)
        assert (last(person).state, last(person).turn) == (ExportState.BUILDING, 2)
        assert not vault.holds(f"exports/{export.pk.hex}-1")
        assert not Notice.objects.exists()

    def test_gives_up_after_three_dead_workers(self):
        person = UserFactory()
        ask_for_export(person=person, at=NOW)
        DataExport.objects.update(state=ExportState.BUILDING, turn=3, beat_at=NOW, file="exports/x", steps=9)
        assert build_waiting(clock=lambda: NOW + exports.STALLED) == 0
        assert last(person).state == ExportState.FAILED


class TestDeleteExpired:
    def test_deletes_after_seven_days(self):
        person = UserFactory()
        built(person)
        file = last(person).file
        assert delete_expired(at=NOW + dt.timedelta(days=7, seconds=-1)) == 0
        assert delete_expired(at=NOW + dt.timedelta(days=7)) == 1
        assert not vault.holds(file)
        assert last(person).state == ExportState.GONE


class TestReadPieces:
    @pytest.fixture(autouse=True)
    def _small(self, monkeypatch):
        monkeypatch.setattr(vault, "PIECE", 4)

    def test_returns_what_was_kept(self):
        assert vault.keep_pieces("exports/a", lambda sink: sink.write(b"0123456789")) == 10
        assert list(vault.read_pieces("exports/a")) == [b"0123", b"4567", b"89"]

    def test_notices_that_the_end_is_missing(self, settings):
        vault.keep_pieces("exports/a", lambda sink: sink.write(b"0123456789"))
        file = settings.STORAGES["private"]["OPTIONS"]["location"] / "exports/a"
        file.write_bytes(file.read_bytes()[: 2 * (4 + int.from_bytes(file.read_bytes()[:4]))])
        with pytest.raises(vault.FileLost):
            list(vault.read_pieces("exports/a"))

    def test_keeps_nothing_of_what_went_wrong(self):
        with pytest.raises(ZeroDivisionError):
            vault.keep_pieces("exports/a", lambda sink: sink.write(b"0123456789") / 0)
        assert not vault.holds("exports/a")


class TestPage:
    @pytest.fixture
    def person(self, client):
        person = UserFactory()
        client.force_login(person)
        return person

    @pytest.fixture
    def proven(self, client, person):
        client.post(reverse("account_reauthenticate"), {"password": "portal-demo"})
        return person

    def test_asks_for_the_password_first(self, client, person):
        answer = client.post(reverse("personal_data_ask"))
        assert answer.url.startswith(reverse("account_reauthenticate"))
        assert last(person) is None
        page = client.get(reverse("personal_data")).text
        way = f"{reverse('account_reauthenticate')}?next=%2Fprofile%2Fdata%2F"
        assert (f'href="{way}"' in page, "Ask for my data" in page) == (True, False)
        client.post(way, {"password": "portal-demo"})
        assert "Ask for my data" in client.get(reverse("personal_data")).text

    def test_shows_progress_until_it_is_ready(self, client, proven):
        page = client.post(reverse("personal_data_ask"), follow=True)
        assert "about to begin" in page.text
        assert "every 2s" in page.text
        DataExport.objects.update(
            state=ExportState.BUILDING, turn=1, beat_at=NOW, file="exports/x", steps=9, done=4
        )
        assert "4 of 9" in client.get(reverse("personal_data_standing")).text
        assert client.get(reverse("personal_data_standing"), {"seen": "building-4"}).status_code == 204

    def test_streams_the_file_to_its_owner_alone(self, client, proven):
        built(proven, at=timezone.now())
        url = reverse("personal_data_download", args=[last(proven).pk])
        answer = client.get(url)
        content = b"".join(answer.streaming_content)
        assert len(content) == int(answer["Content-Length"]) == last(proven).size
        assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
        other = UserFactory()
        client.force_login(other)
        assert client.get(url).status_code == 302
        client.post(reverse("account_reauthenticate"), {"password": "portal-demo"})
        assert client.get(url).status_code == 404

    def test_costs_few_queries(self, client, person, django_assert_num_queries):
        with django_assert_num_queries(3):  # the session, its person, the latest export
            client.get(reverse("personal_data"))
