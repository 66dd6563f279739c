"""What the roof and its libraries keep about people, and what becomes of it when they leave."""

import uuid

from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from ledger.personal_data import STAFF, Goes, Kept, Overwritten, Stays


def _log_about(person_id: uuid.UUID) -> QuerySet[LogEntry]:
    people = ContentType.objects.get_for_model(get_user_model())
    return LogEntry.objects.filter(content_type=people, object_id=str(person_id)).order_by("id")


KEPT = (
    Kept(
        model="portal.User",
        owner="id",
        file="account/profile",
        about="Your profile.",
        left_out=("password", "closed_at"),
        leaving=Stays("The books name it for ever. Closing empties it: `portal.operations.closing`."),
    ),
    Kept(
        model="account.EmailAddress",
        owner="user",
        file="account/email_addresses",
        about="Your email addresses.",
        leaving=Goes(),
    ),
    Kept(
        model="account.EmailConfirmation",
        owner="email_address__user",
        about="Keys that confirm an address: secrets, for minutes.",
        leaving=Goes(),
    ),
    Kept(
        model="mfa.Authenticator",
        owner="user",
        file="account/second_factors",
        about="Which second factors you set up, without their secrets.",
        left_out=("data",),
        leaving=Goes(),
    ),
    Kept(
        model="usersessions.UserSession",
        owner="user",
        file="account/sessions",
        about="Where you are logged in: internet address, browser, when.",
        left_out=("session_key", "data"),
        leaving=Goes(),
    ),
    Kept(
        model="portal.Sighting",
        owner="person",
        file="account/places",
        about="From how many addresses and devices you logged in, and when. We know them by digests alone.",
        left_out=("digest",),
        leaving=Goes(),
    ),
    Kept(
        model="portal.StoredAnswer",
        owner="person",
        about="What we answered your programs in the last day or two, for when they ask again: it tells what "
        "stands in the other files.",
        leaving=Goes(),
    ),
    Kept(
        model="portal.ApiKey",
        owner="user",
        file="account/api_keys",
        about="Your keys to the API, without what opens them.",
        left_out=("digest",),
        leaving=Goes(),
    ),
    Kept(
        model="portal.Notice",
        owner="person",
        file="account/notifications",
        about="Everything we told you: the kind, and what stood in its words.",
        left_out=("key",),
        leaving=Goes(),
    ),
    Kept(
        model="portal.MutedKind",
        owner="person",
        file="account/switched_off_mails",
        about="Kinds of notifications that you want no mails of.",
        leaving=Goes(),
    ),
    Kept(
        model="portal.DataExport",
        owner="person",
        about="The files that such requests made: this is one of them.",
        vault="file",
        leaving=Goes(),
    ),
    Kept(
        model="portal.DataExport",
        owner="person",
        file="account/data_requests",
        about="When you asked for your data.",
        left_out=("file", "turn", "beat_at", "done", "steps"),
        leaving=Goes(),
    ),
    Kept(
        model="portal.WebhookAttempt",
        owner="delivery__endpoint__owner",
        about="How requests to your webhook endpoints went: your own server's answers.",
        leaving=Goes(),
    ),
    Kept(
        model="portal.WebhookDelivery",
        owner="endpoint__owner",
        about="What became of events for your webhook endpoints.",
        leaving=Goes(),
    ),
    Kept(
        model="portal.WebhookEvent",
        owner="owner",
        file="account/webhook_events",
        about="What we told your webhook endpoints in the last 30 days.",
        left_out=("key",),
        leaving=Goes(),
    ),
    Kept(
        model="portal.WebhookEndpoint",
        owner="owner",
        file="account/webhook_endpoints",
        about="Your webhook endpoints, without what signs; those you removed for 30 days more.",
        left_out=("secret", "previous_secret", "key", "asked", "rotation_key"),
        leaving=Goes(),
    ),
    Kept(
        model="portal.Closure",
        owner="person",
        file="account/closings",
        about="When you asked for your account to be closed.",
        left_out=("files", "problem", "hold_reason"),
        leaving=Stays("It tells what was erased when, and until when a law keeps the rest."),
    ),
    Kept(
        model="admin.LogEntry",
        find=_log_about,
        file="account/changes_by_staff",
        about="What our staff changed on your account.",
        left_out=("content_type", "object_id", "object_repr"),
        leaving=Overwritten({"object_repr": "A former member"}),
    ),
    Kept(model="portal.User_groups", owner="user", about="Powers of staff.", leaving=STAFF),
    Kept(model="portal.User_user_permissions", owner="user", about="Powers of staff.", leaving=STAFF),
)
