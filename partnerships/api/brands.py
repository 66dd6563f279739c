"""Brands and the people there."""

import uuid

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from ledger.creators import CREATORS_ONLY
from ledger.idempotency import IDEMPOTENCY_KEY, id_for_key
from ledger.inputs import StrictSerializer
from ledger.shapes import CountryField
from partnerships.models import Brand, Contact
from partnerships.operations import deals as operations
from partnerships.operations.deal_moves import UnknownDeal
from partnerships.queries.deals import brands_of


class ContactSerializer(StrictSerializer, serializers.ModelSerializer):
    class Meta:
        model = Contact
        fields = ("id", "name", "role", "email", "phone")


class BrandSerializer(StrictSerializer, serializers.ModelSerializer):
    """`tax_number` and `billing_address` stand on invoices as they are written here."""

    country = CountryField(default="", allow_blank=True)

    class Meta:
        model = Brand
        fields = ("id", "name", "website", "country", "tax_number", "billing_address", "note", "made_at")
        read_only_fields = ("made_at",)


class BrandDetailSerializer(BrandSerializer):
    contacts = ContactSerializer(many=True)

    class Meta(BrandSerializer.Meta):
        fields = (*BrandSerializer.Meta.fields, "contacts")


class ByName(api_settings.DEFAULT_PAGINATION_CLASS):
    ordering = ("name", "id")


class _BrandView(generics.GenericAPIView):
    scope = "deals"
    permission_classes = CREATORS_ONLY
    queryset = Brand.objects.none()
    serializer_class = BrandSerializer
    pagination_class = ByName
    problems = {UnknownDeal: (404, "not_found"), operations.UnableToSave: (422, "unable_to_save")}

    def get_queryset(self):
        return brands_of(self.request.user.pk)

    def brand(self) -> Brand:
        return generics.get_object_or_404(self.get_queryset(), pk=self.kwargs["brand_id"])

    def detail(self, brand: Brand, status: int = 200) -> Response:
        return Response(BrandDetailSerializer(brand).data, status)


class BrandsView(generics.ListAPIView, _BrandView):
    """Your brands, by name."""

    @extend_schema(responses={201: BrandDetailSerializer}, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request) -> Response:
        """Write a brand down. The same key returns the first. 422: you have one of this name."""
        told = BrandSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        brand = operations.save_brand(
            creator=request.user, key=id_for_key(request), at=timezone.now(), **told.validated_data
        )
        return self.detail(brand, 201)


class BrandView(_BrandView):
    @extend_schema(responses=BrandDetailSerializer)
    def get(self, request: Request, brand_id: uuid.UUID) -> Response:
        """One brand, and the people there."""
        return self.detail(self.brand())

    @extend_schema(responses=BrandDetailSerializer)
    def patch(self, request: Request, brand_id: uuid.UUID) -> Response:
        """Change what you know of a brand; what is left out stays as it is."""
        brand = self.brand()
        told = BrandSerializer(data=request.data, partial=True)
        told.is_valid(raise_exception=True)
        facts = {"name": brand.name} | told.validated_data
        return self.detail(
            operations.save_brand(creator=request.user, key=brand.pk, at=timezone.now(), **facts)
        )


class _ContactView(_BrandView):
    serializer_class = ContactSerializer

    def save(self, key: uuid.UUID, status: int, *, partial: bool = False) -> Response:
        told = ContactSerializer(data=self.request.data, partial=partial)
        told.is_valid(raise_exception=True)
        kept = operations.save_contact(
            creator=self.request.user, brand_id=self.brand().pk, key=key, **told.validated_data
        )
        return Response(ContactSerializer(kept).data, status)

    def contact(self) -> Contact:
        return generics.get_object_or_404(self.brand().contacts, pk=self.kwargs["contact_id"])


class ContactsView(_ContactView):
    @extend_schema(responses={201: ContactSerializer}, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, brand_id: uuid.UUID) -> Response:
        """Add a person at a brand. The same key returns the first."""
        return self.save(id_for_key(request), 201)


class ContactView(_ContactView):
    def patch(self, request: Request, brand_id: uuid.UUID, contact_id: uuid.UUID) -> Response:
        """Change what you know of a person; what is left out stays as it is."""
        return self.save(self.contact().pk, 200, partial=True)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, brand_id: uuid.UUID, contact_id: uuid.UUID) -> Response:
        """Remove a person."""
        operations.remove_contact(creator=request.user, contact_id=self.contact().pk)
        return Response(status=204)
