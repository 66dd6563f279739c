"""Making many tables in one migration."""

from typing import Any

from django.db.migrations import CreateModel, Migration
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState


class CreateModels(Operation):
    """These tables, whose models Django puts together once.

    A `CreateModel` by itself puts all models that are related to its own together anew, which are nearly all
    that came before it.
    """

    category = OperationCategory.ADDITION

    def __init__(self, operations: list[CreateModel]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # made when somebody asks for them next
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, *facts: Any) -> None:
        for operation in self.operations:
            operation.database_forwards(app_label, *facts)

    def database_backwards(self, app_label: str, *facts: Any) -> None:
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, *facts)

    def describe(self) -> str:
        return "Create models " + ", ".join(operation.name for operation in self.operations)


class TablesMigration(Migration):
    """One whose operations begin with all its tables."""

    def __init_subclass__(cls) -> None:
        tables = [operation for operation in cls.operations if isinstance(operation, CreateModel)]
        cls.operations = [CreateModels(tables), *cls.operations[len(tables) :]]
