import pytest
from django.db import connection, models
from django.db.migrations import CreateModel, RunSQL
from django.db.migrations.state import ProjectState

from ledger.tables import CreateModels, TablesMigration

NAMES = {"harbour_quay", "harbour_ship"}
KEY = ("id", models.BigAutoField(primary_key=True))


class Harbour(TablesMigration):
    operations = [
        CreateModel("Ship", [KEY, ("quay", models.ForeignKey("harbour.Quay", models.PROTECT))]),
        CreateModel("Quay", [KEY, ("next", models.OneToOneField("self", models.PROTECT, null=True))]),
        RunSQL("SELECT 1", "SELECT 1"),
    ]


def found() -> set[str]:
    return NAMES & set(connection.introspection.table_names())


class TestTablesMigration:
    def test_makes_the_tables_with_one_operation(self):
        made, then = Harbour("0001_begin", "harbour").operations
        assert isinstance(made, CreateModels)
        assert isinstance(then, RunSQL)
        assert made.describe() == "Create models Ship, Quay"

    @pytest.mark.django_db
    def test_makes_and_drops_tables(self):
        before = ProjectState()
        with connection.schema_editor() as editor:
            after = Harbour("0001_begin", "harbour").apply(before.clone(), editor)
        assert found() == NAMES
        with connection.schema_editor() as editor:
            Harbour("0001_begin", "harbour").unapply(before, editor)
        assert found() == set()
        assert {name for _app, name in after.models} == {"ship", "quay"}

    @pytest.mark.django_db
    def test_puts_no_model_together_anew(self, monkeypatch):
        monkeypatch.setattr(ProjectState, "reload_model", None)
        state = ProjectState()
        assert state.apps, "as migrations find it"
        with connection.schema_editor() as editor:
            Harbour("0001_begin", "harbour").apply(state, editor)
        assert found() == NAMES
