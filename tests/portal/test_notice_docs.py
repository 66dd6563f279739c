from portal.management.commands.document_notices import DOCS, pages


class TestDocuments:
    def test_are_those_of_the_templates(self):
        """Run `manage.py document_notices` if this fails, and read what changed."""
        found = {DOCS / "notices.md", *(DOCS / "notices").glob("*.html")}
        assert {path: path.read_text() for path in found} == pages()
