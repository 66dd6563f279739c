import os
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import reverse

from portal.demo_mail import NoSuchMail, mail, mails


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.EMAIL_FILE_PATH = str(tmp_path)
    settings.DEMO = True
    return tmp_path


def send(subject: str, text: str = "Plain text.", html: str = "", age: int = 0) -> None:
    """Write a mail as the demo does; `age` seconds ago."""
    folder = _folder()
    before = set(folder.iterdir())
    letter = EmailMultiAlternatives(subject, text, "a@portal.test", ["b@portal.test"])
    if html:
        letter.attach_alternative(html, "text/html")
    letter.connection = get_connection("django.core.mail.backends.filebased.EmailBackend")
    letter.send()
    for file in set(folder.iterdir()) - before:
        moment = file.stat().st_mtime - age
        os.utime(file, (moment, moment))


def _folder() -> Path:
    from django.conf import settings

    return Path(settings.EMAIL_FILE_PATH)


class TestMails:
    def test_is_empty_before_the_first(self, folder):
        assert mails(folder / "never-made") == []

    def test_puts_the_newest_first(self, folder):
        send("old", age=60)
        send("new")
        assert [found.subject for found in mails(folder)] == ["new", "old"]

    def test_tells_mails_of_one_connection_apart(self, folder):
        connection = get_connection("django.core.mail.backends.filebased.EmailBackend")
        connection.send_messages(
            [EmailMultiAlternatives(subject, "", "a@x.test", ["b@x.test"]) for subject in ("one", "two")]
        )
        assert [found.subject for found in mails(folder)] == ["two", "one"]

    def test_reads_both_parts_in_any_script(self, folder):
        send("Grüße 💎", "Für dich: 12,50 €", "<p>Für dich</p>")
        (found,) = mails(folder)
        assert found.subject == "Grüße 💎"
        assert "12,50 €" in found.text
        assert "<p>Für dich</p>" in found.html


class TestMail:
    def test_is_found_by_name(self, folder):
        send("here")
        assert mail(folder, mails(folder)[0].name).subject == "here"

    @pytest.mark.parametrize("name", ["", "nothing", "../settings.0", "20260101-000000-1.7"])
    def test_refuses_any_other_name(self, folder, name):
        send("here")
        with pytest.raises(NoSuchMail):
            mail(folder, name)


@pytest.mark.django_db
class TestDemoMailPages:
    def test_list_and_read_mails(self, client, folder):
        send("Your code", "Code 12-34", "<p>Code</p>")
        assert "Your code" in client.get(reverse("demo_mail")).text
        page = client.get(reverse("demo_mail_read", args=[mails(folder)[0].name])).text
        assert "Code 12-34" in page
        assert 'sandbox="' in page

    def test_escape_the_text_part(self, client, folder):
        send("<b>bold</b>", "<script>alert(1)</script>")
        page = client.get(reverse("demo_mail_read", args=[mails(folder)[0].name])).text
        assert "<script>alert" not in page
        assert "<b>bold" not in page

    def test_run_nothing_in_the_html_part(self, client, folder):
        send("Hello", html="<script>alert(1)</script>")
        page = client.get(reverse("demo_mail_html", args=[mails(folder)[0].name]))
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Frame-Options"] == "SAMEORIGIN"

    def test_are_cut_into_pages(self, client):
        for number in range(26):
            send(f"Mail {number}")
        assert "Page 1 of 2" in client.get(reverse("demo_mail")).text
        assert client.get(reverse("demo_mail") + "?page=99").status_code == 200

    def test_answer_404_for_no_mail(self, client):
        assert client.get(reverse("demo_mail_read", args=["none"])).status_code == 404

    @pytest.mark.parametrize("name", ["demo_mail", "demo_mail_read", "demo_mail_html"])
    def test_exist_in_the_demo_alone(self, client, settings, folder, name):
        send("Secret")
        settings.DEMO = False
        arguments = [] if name == "demo_mail" else [mails(folder)[0].name]
        assert client.get(reverse(name, args=arguments)).status_code == 404
