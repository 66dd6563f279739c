from portal.management.commands.document_notices import DOCS, pages
from portal.management.commands.document_webhooks import page


class TestDocuments:
    def test_are_those_of_the_templates(self):
        """Run `manage.py document_notices` if this fails, and read what changed."""
        found = {DOCS / "notices.md", *(DOCS / "notices").glob("*.html")}
        assert {path: path.read_text() for path in found} == pages()

    def test_of_webhooks_are_those_of_the_types(self):
        """Run `manage.py document_webhooks` if this fails, and read what changed."""
        assert {path: path.read_text() for path in page()} == page()
