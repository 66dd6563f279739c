import pytest
from django.core.management import call_command


class TestSchema:
    def test_is_made_without_a_warning(self, tmp_path):
        call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))

    @pytest.mark.django_db
    @pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/"])
    def test_is_open_to_readers(self, client, path):
        assert client.get(path).status_code == 200
