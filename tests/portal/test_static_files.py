from django.test.client import RequestFactory

from portal.static_files import around


def asked(application, path: str) -> tuple[str, dict[str, str], bytes]:
    heard = []
    body = application(RequestFactory().get(path).environ, lambda *told: heard.extend(told))
    content = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    status, headers = heard[:2]
    return status, dict(headers), content


def pages(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"a page"]


class TestAround:
    def test_serves_the_files_of_each_app_while_developing(self, settings):
        settings.DEBUG = True
        site = around(pages)
        status, headers, content = asked(site, "/static/css/base.css")
        assert status == "200 OK"
        assert headers["Content-Type"].startswith("text/css")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert b"@layer" in content
        assert asked(site, "/static/admin/css/base.css")[0] == "200 OK"

    def test_serves_what_was_collected_elsewhere(self, settings, tmp_path):
        settings.DEBUG = False
        settings.STATIC_ROOT = tmp_path
        (tmp_path / "site.0123456789ab.js").write_text("1;")
        (tmp_path / "site.js").write_text("1;")
        site = around(pages)
        assert "immutable" in asked(site, "/static/site.0123456789ab.js")[1]["Cache-Control"]
        assert "immutable" not in asked(site, "/static/site.js")[1]["Cache-Control"]

    def test_leaves_everything_else_to_the_site(self, settings):
        settings.DEBUG = True
        site = around(pages)
        assert asked(site, "/static/none.css")[2] == b"a page"
        assert asked(site, "/wallet/")[2] == b"a page"
