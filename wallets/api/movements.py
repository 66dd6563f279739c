"""The history of a wallet over the API: every movement, and the balance after it."""

import uuid

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.utils.urls import replace_query_param

from ledger.shapes import MoneySerializer
from wallets.queries.history import Movement, movements

NEWER = "newer-"


class MovementSerializer(serializers.Serializer):
    """`balance` is what the wallet held after it: the one before, and `coins`."""

    id = serializers.UUIDField(source="entry_id")
    kind = serializers.CharField(help_text="Such as `gift` or `coin_purchase`; there may be new ones.")
    at = serializers.DateTimeField()
    coins = serializers.CharField(source="amount", help_text="Below zero where they left.")
    balance = serializers.CharField()
    title = serializers.CharField(source="words.title")
    detail = serializers.CharField(source="words.detail")
    price = serializers.SerializerMethodField(help_text="Where money was paid.")
    page = serializers.CharField(source="words.url", help_text="Where the site shows it; empty for none.")

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_price(self, movement: Movement) -> dict | None:
        words = movement.words
        return None if words.price is None else {"amount": words.price, "currency": words.currency}


class MovementPages(api_settings.DEFAULT_PAGINATION_CLASS):
    """The cursor names the entry beside which a page begins, and the direction."""

    def paginate_queryset(self, viewer, request: Request, view=None) -> list[Movement]:
        asked = request.query_params.get(self.cursor_query_param)
        try:
            entry = None if asked is None else uuid.UUID(asked.removeprefix(NEWER))
        except ValueError as error:
            raise self.invalid_cursor() from error
        side = {"after" if asked and asked.startswith(NEWER) else "before": entry}
        self._page = movements(viewer, limit=self.get_page_size(request), **side)
        self._address = request.build_absolute_uri()
        return self._page.movements

    def get_next_link(self) -> str | None:
        return self._to(self._page.older)

    def get_previous_link(self) -> str | None:
        return self._to(self._page.newer, NEWER)

    def _to(self, entry: uuid.UUID | None, way: str = "") -> str | None:
        return entry and replace_query_param(self._address, self.cursor_query_param, f"{way}{entry}")


class MovementsView(generics.GenericAPIView):
    scope = "wallet"
    serializer_class = MovementSerializer
    pagination_class = MovementPages

    @extend_schema(responses=MovementSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Everything that ever moved your coins, newest first."""
        page = self.paginate_queryset(request.user)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
