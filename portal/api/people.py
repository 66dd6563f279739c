"""One's own profile and notifications over the API."""

import datetime as dt
import uuid

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ledger.inputs import StrictSerializer
from ledger.shapes import CountryField
from ledger.units import is_currency
from portal.api.pagination import CursorPages
from portal.models import Notice
from portal.notices import offered_to
from portal.operations import notices as operations
from portal.operations import people
from portal.queries.notices import muted_kinds, notices_of, words_of
from wallets.ages import ImpossibleBirthDate, assert_possible


class ProfileSerializer(StrictSerializer, serializers.ModelSerializer):
    """`base_currency` is the one in which amounts are shown to you, `language` how they are written. A date
    of birth, once told, stays."""

    country = CountryField()
    language = serializers.ChoiceField(settings.LANGUAGES)

    class Meta:
        model = get_user_model()
        fields = ("email", "is_creator", *people.PROFILE)
        read_only_fields = ("email", "is_creator")

    def validate_birth_date(self, date: dt.date | None) -> dt.date | None:
        if date is not None:
            try:
                assert_possible(date, timezone.now())
            except ImpossibleBirthDate as refusal:
                raise serializers.ValidationError(str(refusal)) from refusal
        return date

    def validate_base_currency(self, code: str) -> str:
        if not is_currency(code):
            raise serializers.ValidationError("Not a currency of ISO 4217.")
        return code


class ProfileView(APIView):
    scope = "profile"
    problems = {
        people.HandleTaken: (422, people.HandleTaken.code),
        people.HandleMissing: (422, people.HandleMissing.code),
        people.BirthDateKept: (422, people.BirthDateKept.code),
    }

    @extend_schema(responses=ProfileSerializer)
    def get(self, request: Request) -> Response:
        """Who you are here."""
        return Response(ProfileSerializer(request.user).data)

    @extend_schema(request=ProfileSerializer, responses=ProfileSerializer)
    def patch(self, request: Request) -> Response:
        """Change your profile; what is left out stays as it is."""
        wish = ProfileSerializer(data=request.data, partial=True)
        wish.is_valid(raise_exception=True)
        saved = people.save_profile(user_id=request.user.pk, **wish.validated_data)
        return Response(ProfileSerializer(saved).data)


class CreatorView(APIView):
    scope = "profile"
    problems = {people.HandleMissing: (422, people.HandleMissing.code)}

    @extend_schema(request=None, responses=ProfileSerializer)
    def put(self, request: Request) -> Response:
        """Become a creator: your page opens at your handle. May be repeated."""
        return Response(ProfileSerializer(people.become_creator(user_id=request.user.pk)).data)


class NoticeSerializer(serializers.ModelSerializer):
    """In your language, formats and time zone."""

    title = serializers.CharField()
    reason = serializers.CharField()
    next_step = serializers.CharField()
    page = serializers.CharField(source="url", help_text="Where the site shows more; empty for none.")

    class Meta:
        model = Notice
        fields = ("id", "kind", "at", "read_at", "title", "reason", "next_step", "page")

    def to_representation(self, notice: Notice) -> dict:
        for name, text in vars(words_of(notice)).items():
            setattr(notice, name, text)
        return super().to_representation(notice)


class NoticesAskedSerializer(serializers.Serializer):
    unread = serializers.BooleanField(default=None, allow_null=True, help_text="Only what you have not read.")


class SeenSerializer(StrictSerializer):
    until = serializers.DateTimeField(help_text="What came later stays unread.")


class ReadSerializer(serializers.Serializer):
    read = serializers.IntegerField(help_text="How much of it was new.")


class NoticeKindSerializer(serializers.Serializer):
    """Only mails of an `optional` kind may be switched off; all stand among your notifications."""

    kind = serializers.CharField()
    category = serializers.CharField()
    label = serializers.CharField()
    optional = serializers.BooleanField()
    mailed = serializers.BooleanField()


class NoticeChoicesSerializer(serializers.Serializer):
    kinds = NoticeKindSerializer(many=True)


class NewNoticeChoicesSerializer(StrictSerializer):
    mails = serializers.ListField(
        child=serializers.CharField(), help_text="The optional kinds of which you want mails, all of them."
    )


class LatestFirst(CursorPages):
    ordering = ("-at", "-id")


class NoticesView(generics.ListAPIView):
    scope = "notices"
    serializer_class = NoticeSerializer
    pagination_class = LatestFirst
    queryset = Notice.objects.none()

    def get_queryset(self):
        asked = NoticesAskedSerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        told = notices_of(self.request.user).select_related("person")
        return told.filter(read_at__isnull=True) if asked.validated_data["unread"] else told

    @extend_schema(parameters=[NoticesAskedSerializer])
    def get(self, request: Request) -> Response:
        """What you were told, the latest in front."""
        return self.list(request)


class ReadNoticeView(APIView):
    scope = "notices"
    problems = {operations.UnknownNotice: (404, operations.UnknownNotice.code)}

    @extend_schema(request=None, responses=NoticeSerializer)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Mark one as read. May be repeated: the first moment stays."""
        read = operations.mark_read(person=request.user, notice_id=pk, at=timezone.now())
        return Response(NoticeSerializer(read).data)


class ReadNoticesView(APIView):
    scope = "notices"

    @extend_schema(operation_id="notices_read_all", request=SeenSerializer, responses=ReadSerializer)
    def post(self, request: Request) -> Response:
        """Mark all as read, up to a moment."""
        wish = SeenSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        now = timezone.now()
        number = operations.mark_all_read(person=request.user, until=wish.validated_data["until"], at=now)
        return Response({"read": number})


class NoticeChoicesView(APIView):
    scope = "notices"

    @extend_schema(responses=NoticeChoicesSerializer)
    def get(self, request: Request) -> Response:
        """Every kind that you may be told of, and whether it is mailed to you."""
        muted = muted_kinds(request.user)
        kinds = [
            {
                "kind": kind.code,
                "category": category,
                "label": kind.called,
                "optional": kind.optional,
                "mailed": kind.code not in muted,
            }
            for category, group in offered_to(request.user).items()
            for kind in group
        ]
        return Response(NoticeChoicesSerializer({"kinds": kinds}).data)

    @extend_schema(request=NewNoticeChoicesSerializer, responses=NoticeChoicesSerializer)
    def put(self, request: Request) -> Response:
        """Choose of which optional kinds you get mails."""
        wish = NewNoticeChoicesSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        wanted = wish.validated_data["mails"]
        optional = {
            each.code for group in offered_to(request.user).values() for each in group if each.optional
        }
        if unknown := set(wanted) - optional:
            words = f"No mails to choose: {', '.join(sorted(unknown))[:200]}."
            raise serializers.ValidationError({"mails": [words]})
        operations.choose_mails(person=request.user, wanted=wanted)
        return self.get(request)


urlpatterns = [
    path("profile/", ProfileView.as_view(), name="api-profile"),
    path("profile/creator/", CreatorView.as_view(), name="api-become-creator"),
    path("notices/", NoticesView.as_view(), name="api-notices"),
    path("notices/read/", ReadNoticesView.as_view(), name="api-read-notices"),
    path("notices/<uuid:pk>/read/", ReadNoticeView.as_view(), name="api-read-notice"),
    path("notice-choices/", NoticeChoicesView.as_view(), name="api-notice-choices"),
]
