"""Whether a creator is verified, and what is still asked of them."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from payouts.models import IdentityVersion, InformationRequest, TaxForm
from payouts.models.tax_forms import TaxFormKind
from payouts.queries.identity import Word, standing
from payouts.queries.tax_forms import forms_for, in_force, tax_form_of


class AskedSerializer(serializers.ModelSerializer):
    class Meta:
        model = InformationRequest
        fields = ("field", "question", "asked_at", "due_at")


class VersionSerializer(serializers.ModelSerializer):
    class Meta:
        model = IdentityVersion
        fields = ("number", "kind", "country", "state", "submitted_at", "decided_at", "expires_at", "reason")


class SignedFormSerializer(serializers.ModelSerializer):
    tax_number = serializers.CharField(source="masked")
    in_force = serializers.BooleanField()

    class Meta:
        model = TaxForm
        fields = ("kind", "country", "tax_number", "signed_at", "expires_at", "in_force", "reason")


class VerificationSerializer(serializers.Serializer):
    verified = serializers.BooleanField(source="in_force")
    standing = serializers.ChoiceField(source="word", choices=[word.value for word in Word])
    latest = VersionSerializer(allow_null=True)
    asked = AskedSerializer(many=True)
    tax_forms_accepted = serializers.ListField(child=serializers.ChoiceField(choices=TaxFormKind.choices))
    tax_form = SignedFormSerializer(allow_null=True)


class Verification(APIView):
    """Whether you are verified, what our staff asked, and your tax form. Papers are sent on the site."""

    scope = "payouts"

    @extend_schema(responses=VerificationSerializer)
    def get(self, request: Request) -> Response:
        now, country = timezone.now(), str(request.user.country)
        known, form = standing(request.user.pk, now), tax_form_of(request.user.pk)
        if form is not None:
            form.in_force = in_force(form, country, now)
        found = {
            "in_force": known.in_force,
            "word": known.word,
            "latest": known.latest,
            "asked": known.asked,
            "tax_forms_accepted": forms_for(country),
            "tax_form": form,
        }
        return Response(VerificationSerializer(found).data)
