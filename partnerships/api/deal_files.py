"""Contracts, briefs and evidence beside a deal."""

import uuid

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.creators import CREATORS_ONLY
from ledger.files import AnyRenderer, attachment
from ledger.idempotency import IDEMPOTENCY_KEY, idempotency_key
from ledger.inputs import StrictSerializer
from ledger.vault import FileLost
from partnerships.models import BrandDeal, DealFile
from partnerships.operations import deal_files as operations
from partnerships.operations.deal_moves import UnknownDeal
from partnerships.queries.deals import deals_of

CONTENT_TYPES = ("application/pdf", "image/jpeg", "image/png", "image/webp")


class DealFileSerializer(serializers.ModelSerializer):
    """`size` in bytes. What it is, its content tells."""

    class Meta:
        model = DealFile
        fields = ("id", "name", "content_type", "size", "uploaded_at")


class NewDealFileSerializer(StrictSerializer):
    """What a form sends."""

    file = serializers.FileField(help_text="A PDF, or a picture as JPEG, PNG or WebP, of at most 10 MB.")


class _FileView(generics.GenericAPIView):
    scope = "deals"
    permission_classes = CREATORS_ONLY
    queryset = DealFile.objects.none()
    serializer_class = DealFileSerializer
    problems = {UnknownDeal: (404, "not_found"), operations.UnacceptableFile: (422, "unacceptable_file")}

    def deal(self) -> BrandDeal:
        return generics.get_object_or_404(deals_of(self.request.user.pk), pk=self.kwargs["deal_id"])


class DealFilesView(generics.ListAPIView, _FileView):
    """What you keep beside a deal, the last file in front."""

    parser_classes = [MultiPartParser]

    def get_queryset(self):
        return self.deal().files.all()

    @extend_schema(
        request=NewDealFileSerializer, responses={201: DealFileSerializer}, parameters=[IDEMPOTENCY_KEY]
    )
    def post(self, request: Request, deal_id: uuid.UUID) -> Response:
        """Keep a file beside a deal. Only you see it. The same file again returns the first, with any key."""
        idempotency_key(request)
        wish = NewDealFileSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        file = wish.validated_data["file"]
        kept = operations.keep_file(
            creator=request.user,
            deal_id=deal_id,
            name=file.name,
            content=file.read(),
            at=timezone.now(),
        )
        return Response(DealFileSerializer(kept).data, 201)


class DealFileView(_FileView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, deal_id: uuid.UUID, file_id: uuid.UUID) -> Response:
        """Remove a file for good."""
        found = generics.get_object_or_404(self.deal().files, pk=file_id)
        operations.remove_file(creator=request.user, file_id=found.pk, at=timezone.now())
        return Response(status=204)


class DealFileContentView(_FileView):
    renderer_classes = (JSONRenderer, AnyRenderer)
    problems = {FileLost: (404, "not_found")}

    @extend_schema(responses={(200, kind): OpenApiTypes.BINARY for kind in CONTENT_TYPES})
    def get(self, request: Request, deal_id: uuid.UUID, file_id: uuid.UUID) -> HttpResponse:
        """A file as it came, to be saved under its name."""
        found = generics.get_object_or_404(self.deal().files, pk=file_id)
        return attachment(operations.read_file(found), content_type=found.content_type, name=found.name)
