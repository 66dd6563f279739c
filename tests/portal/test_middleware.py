from django.utils import timezone, translation

from tests.factories.people import UserFactory


class TestReaderMiddleware:
    def test_shows_a_page_in_the_reader_s_language_and_leaves_none_behind(self, client, db):
        client.force_login(UserFactory(language="de", time_zone="Europe/Berlin"))
        with translation.override("en"):
            page = client.get("/wallet/")
            assert page.headers["Content-Language"] == "de"
            assert translation.get_language() == "en"
        assert timezone.get_current_timezone_name() == "UTC"
