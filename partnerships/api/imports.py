"""Files that a program brings: read first, told, and taken in once that is confirmed."""

import uuid
from functools import cached_property

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import exceptions, generics, serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from ledger.idempotency import IDEMPOTENCY_KEY, idempotency_key
from ledger.inputs import StrictSerializer
from ledger.shapes import MoneyField
from ledger.units import is_currency
from partnerships.imports import LOCALES, ORDERS, Chosen, Dialect, UnreadableFile
from partnerships.imports.files import LARGEST
from partnerships.models import Import, ImportRow
from partnerships.models.imports import ImportState, Standing
from partnerships.operations import imports as operations
from partnerships.operations.undone_imports import NotToBeUndone, undo
from partnerships.queries.imports import imports_of, preview, rows_of

MOST_LINES = 100
KINDS = list(operations.DIALECTS)
KIND = OpenApiParameter(
    "kind",
    str,
    OpenApiParameter.PATH,
    enum=KINDS,
    description="What the files hold: "
    + ", ".join(
        f"`{code}` (scope `{dialect.scope}`{', staff who may' if dialect.permission else ''})"
        for code, dialect in operations.DIALECTS.items()
    )
    + ".",
)


@extend_schema_field({"type": "string", "format": "uuid", "default": ""})
class AboutField(serializers.UUIDField):
    """Left empty by the form that the documentation draws."""


class NewImportSerializer(StrictSerializer):
    """What a form sends. How numbers and days are written, and in which currency, files of affiliate networks
    mostly say themselves."""

    file = serializers.FileField(
        allow_empty_file=True,
        help_text="A CSV of at most 5 MB and 50,000 rows, as it was exported: titles above the head and any "
        "encoding are fine.",
    )
    about = AboutField(
        required=False,
        help_text="What it is about: for `merch-orders` one of your shops, whose platform is `generic`; for "
        "`programme-metrics` a programme. Files of other kinds are about nothing.",
    )
    locale = serializers.ChoiceField(
        list(LOCALES.items()),
        default="",
        allow_blank=True,
        help_text="How numbers are written. Left out, like `1,234.56`, or as an affiliate network's file "
        "shows.",
    )
    day_order = serializers.ChoiceField(
        list(ORDERS.items()),
        default="",
        allow_blank=True,
        help_text="What comes first in 03/04/2026, where an affiliate network's file leaves that open.",
    )
    currency = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=3,
        help_text="Of amounts without one in an affiliate network's file, and of a bare $. ISO 4217.",
    )

    def validate_currency(self, told: str) -> str:
        code = told.upper()
        if code and not is_currency(code):
            raise serializers.ValidationError("Not a currency of ISO 4217.")
        return code

    def validate(self, facts: dict) -> dict:
        """As `operations.imports.upload` takes it. A file that is too large is not read whole."""
        dialect: Dialect = self.context["dialect"]
        if bool(dialect.subjects) != ("about" in facts):
            words = "Say what it is about." if dialect.subjects else "Such files are about nothing."
            raise serializers.ValidationError({"about": [words]})
        for name in ("day_order", "currency"):
            if facts[name] and not dialect.layouts:
                raise serializers.ValidationError({name: ["Such files say it themselves: leave it out."]})
        file, subject_id = facts.pop("file"), facts.pop("about", None)
        content = file.read(LARGEST + 1)
        return {"name": file.name, "content": content, "subject_id": subject_id, "chosen": Chosen(**facts)}


class ImportSerializer(serializers.ModelSerializer):
    """A file: how many of its rows were `accepted` and `refused`. `layout` is whose it is, where files of
    several kinds are told apart; `notes` say how it was read."""

    kind = serializers.ChoiceField(KINDS, source="dialect")
    about = serializers.UUIDField(source="subject_id", allow_null=True)
    notes = serializers.ListField(child=serializers.CharField())
    accepted = serializers.IntegerField()
    refused = serializers.IntegerField()

    class Meta:
        model = Import
        fields = (
            "id", "kind", "name", "about", "layout", "notes", "state", "uploaded_at", "confirmed_at",
            "applied_at", "undone_at", "accepted", "refused",
        )  # fmt: skip


class ImportTotalSerializer(serializers.Serializer):
    """Of accepted rows: `amount` of all, `fresh` of those that are new or changed."""

    group = serializers.CharField(help_text="What totals are told apart by, such as a state; or empty.")
    rows = serializers.IntegerField()
    amount = MoneyField()
    fresh = MoneyField()


class ImportRowSerializer(serializers.ModelSerializer):
    """One row: `line` counts from 1 in the file, `raw` is its beginning as it stands there. `problem` says
    why it was refused; `standing` how it stood to what was here, empty where it could not be read."""

    amount = MoneyField(allow_null=True)

    class Meta:
        model = ImportRow
        fields = ("line", "raw", "problem", "standing", "change", "label", "group", "amount", "applied_at")


class ImportDetailSerializer(ImportSerializer):
    """`applied` rows are taken in. `same` is the very same file, brought before and taken in."""

    new = serializers.IntegerField(source="seen.new")
    changed = serializers.IntegerField(source="seen.changed")
    known = serializers.IntegerField(source="seen.known", help_text="Already here: nothing to take in.")
    applied = serializers.IntegerField(source="seen.applied")
    totals = ImportTotalSerializer(source="seen.totals", many=True)
    same = serializers.UUIDField(source="seen.same.pk", default=None, allow_null=True)
    can_be_undone = serializers.SerializerMethodField()
    refused_lines = ImportRowSerializer(
        many=True, help_text=f"The first {MOST_LINES} that were refused; `rows/` has all."
    )

    class Meta(ImportSerializer.Meta):
        fields = (
            *ImportSerializer.Meta.fields, "new", "changed", "known", "applied", "totals", "same",
            "can_be_undone", "refused_lines",
        )  # fmt: skip

    def get_can_be_undone(self, importing: Import) -> bool:
        dialect = operations.DIALECTS[importing.dialect]
        return importing.state == ImportState.APPLIED and dialect.can_be_undone


class RowsAskedSerializer(serializers.Serializer):
    standing = serializers.ChoiceField([*Standing.values, "refused"], required=False)


class ByLine(api_settings.DEFAULT_PAGINATION_CLASS):
    ordering = "line"


class _ImportView(generics.GenericAPIView):
    scopes = sorted({dialect.scope for dialect in operations.DIALECTS.values()})
    serializer_class = ImportDetailSerializer
    queryset = Import.objects.none()

    @cached_property
    def dialect(self) -> Dialect:
        """Raises NotFound where there is none, or not for them."""
        try:
            return operations.dialect_for(self.kwargs["kind"], self.request.user)
        except operations.UnknownDialect as refusal:
            raise exceptions.NotFound("There is no such kind of file, or not for you.") from refusal

    @property
    def scope(self) -> str:
        return self.dialect.scope

    def get_queryset(self):
        return imports_of(self.request.user.pk, self.dialect.code)

    def detail(self, import_id: uuid.UUID, status: int = 200) -> Response:
        found = generics.get_object_or_404(self.get_queryset(), pk=import_id)
        found.seen = preview(found)
        found.refused_lines = rows_of(found, "refused")[:MOST_LINES]
        return Response(ImportDetailSerializer(found).data, status)

    def mine(self) -> dict:
        """Whose file it is, of this kind: an id of another needs another scope."""
        return {"owner": self.request.user, "import_id": self.get_object().pk}


class ImportsView(generics.ListAPIView, _ImportView):
    serializer_class = ImportSerializer
    parser_classes = [MultiPartParser]
    problems = {operations.UnknownDialect: (404, "not_found"), UnreadableFile: (422, "unreadable_file")}

    @extend_schema(parameters=[KIND])
    def get(self, request: Request, kind: str) -> Response:
        """The files of a kind that you brought."""
        return self.list(request)

    @extend_schema(
        request=NewImportSerializer,
        responses={201: ImportDetailSerializer},
        parameters=[KIND, IDEMPOTENCY_KEY],
    )
    def post(self, request: Request, kind: str) -> Response:
        """Bring a file. It is read, and nothing of it is taken in yet: the answer says how many of its rows
        are new, changed and here already, and which lines are refused, and why. Bringing the same rows again
        is fine; they are known."""
        idempotency_key(request)
        wish = NewImportSerializer(data=request.data, context={"dialect": self.dialect})
        wish.is_valid(raise_exception=True)
        made = operations.upload(owner=request.user, dialect=kind, at=timezone.now(), **wish.validated_data)
        return self.detail(made.pk, 201)


class ImportView(_ImportView):
    @extend_schema(parameters=[KIND])
    def get(self, request: Request, kind: str, pk: uuid.UUID) -> Response:
        """What a file holds, and how far it is taken in."""
        return self.detail(pk)


class ImportRowsView(generics.ListAPIView, _ImportView):
    serializer_class = ImportRowSerializer
    pagination_class = ByLine

    def get_queryset(self):
        asked = RowsAskedSerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        found = generics.get_object_or_404(super().get_queryset(), pk=self.kwargs["pk"])
        return rows_of(found, asked.validated_data.get("standing", ""))

    @extend_schema(parameters=[KIND, RowsAskedSerializer])
    def get(self, request: Request, kind: str, pk: uuid.UUID) -> Response:
        """A file's rows, by line."""
        return self.list(request)


class ConfirmImportView(_ImportView):
    problems = {
        operations.UnknownImport: (404, "not_found"),
        operations.NotToBeConfirmed: (409, operations.NotToBeConfirmed.code),
        operations.NothingToTakeIn: (422, operations.NothingToTakeIn.code),
    }

    @extend_schema(parameters=[KIND], request=None)
    def post(self, request: Request, kind: str, pk: uuid.UUID) -> Response:
        """Take a file's accepted rows in. Many take a while: ask again until `state` is `applied`. May be
        repeated."""
        operations.confirm(**self.mine(), at=timezone.now())
        return self.detail(pk)


class DiscardImportView(_ImportView):
    problems = {
        operations.UnknownImport: (404, "not_found"),
        operations.NotToBeConfirmed: (409, operations.NotToBeConfirmed.code),
    }

    @extend_schema(parameters=[KIND], request=None)
    def post(self, request: Request, kind: str, pk: uuid.UUID) -> Response:
        """Discard a file that was not taken in. May be repeated."""
        operations.discard(**self.mine())
        return self.detail(pk)


class UndoImportView(_ImportView):
    problems = {
        operations.UnknownImport: (404, "not_found"),
        NotToBeUndone: (409, NotToBeUndone.code),
    }

    @extend_schema(parameters=[KIND], request=None)
    def post(self, request: Request, kind: str, pk: uuid.UUID) -> Response:
        """Take a whole file back: what it told is as the last other file tells it, or gone. Files of
        affiliate networks alone. May be repeated."""
        undo(**self.mine(), at=timezone.now())
        return self.detail(pk)
