"""What every app says that it keeps about people."""

import re

from django.apps import apps
from django.contrib.auth import get_user_model

from ledger.personal_data import Goes, Kept, Overwritten, everything

SUSPICIOUS = re.compile(
    r"secret|token|digest|password|fingerprint|internal|_hash|session_key|evidence|problem"
)
FOR_THEIR_EYES = {("wallets.Claim", "evidence"), ("partnerships.ImportRow", "problem")}
"""Columns with such names that people may read after all."""


def _reaching_people() -> set[str]:
    """Every table from whose rows a person can be reached, over however many others."""
    tables = [table for table in apps.get_models(include_auto_created=True) if not table._meta.proxy]
    reaching = {get_user_model()}
    while True:
        further = {
            table
            for table in tables
            if any(
                field.concrete and field.is_relation and field.related_model in reaching
                for field in table._meta.get_fields()
            )
        }
        if further <= reaching:
            return {table._meta.label for table in reaching}
        reaching |= further


class TestEverything:
    def test_forgets_no_table_from_which_a_person_can_be_reached(self):
        """Whoever adds a table says in the app's `personal_data` what people get of it, and what becomes of
        it when they leave."""
        assert {kept.table._meta.label for kept in everything()} == _reaching_people()

    def test_gives_each_list_a_name_of_its_own(self):
        files = [kept.file for kept in everything() if kept.file]
        assert len(files) == len(set(files))

    def test_names_columns_that_there_are(self):
        for kept in everything():
            columns = {column.name for column in kept.table._meta.concrete_fields}
            named = {*kept.left_out, *filter(None, (kept.vault, kept.text))}
            if isinstance(kept.leaving, Overwritten):
                named |= set(kept.leaving.values)
            assert named <= columns, kept.model

    def test_finds_the_rows_of_whatever_it_gives_or_erases(self):
        for kept in everything():
            if kept.file or not hasattr(kept.leaving, "why"):
                assert kept.find or kept.owner, kept.model

    def test_hands_out_no_secret(self):
        found = {
            (kept.model, column)
            for kept in everything()
            if kept.file
            for column in kept.columns
            if SUSPICIOUS.search(column)
        }
        assert found == FOR_THEIR_EYES

    def test_keeps_files_apart_from_what_stays(self):
        """A row that stays would point at a file that went."""
        assert all(isinstance(kept.leaving, Goes) for kept in everything() if kept.vault)

    def test_deletes_nothing_that_something_kept_points_at(self):
        goes = {kept.table: kept.leaving.law for kept in everything() if isinstance(kept.leaving, Goes)}
        for kept in everything():
            for column in kept.table._meta.concrete_fields:
                target = column.related_model
                if target in goes and column.db_constraint:
                    until, own = goes[target], kept.leaving.law
                    gone = isinstance(kept.leaving, Goes) and (own is None or own == until)
                    assert gone, f"{kept.model}.{column.name}"

    def test_leaves_out_the_ids_of_other_people(self):
        gift = next(kept for kept in everything() if kept.file == "gifts/received")
        assert isinstance(gift, Kept)
        assert not {"viewer_id", "creator_id"} & set(gift.columns)
