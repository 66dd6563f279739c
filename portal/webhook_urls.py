"""The addresses of a person's endpoints."""

from django.urls import path

from portal.views import webhooks

urlpatterns = [
    path("", webhooks.endpoints, name="webhooks"),
    path("new/", webhooks.new, name="new_webhook"),
    path("<uuid:endpoint_id>/", webhooks.endpoint, name="webhook"),
    path("<uuid:endpoint_id>/edit/", webhooks.edit, name="edit_webhook"),
    path("<uuid:endpoint_id>/secret/", webhooks.secret, name="webhook_secret"),
    path("<uuid:endpoint_id>/test/", webhooks.test, name="test_webhook"),
    path("<uuid:endpoint_id>/on/", webhooks.switch_on, name="webhook_on"),
    path("<uuid:endpoint_id>/off/", webhooks.switch_off, name="webhook_off"),
    path("<uuid:endpoint_id>/remove/", webhooks.remove, name="remove_webhook"),
    path("<uuid:endpoint_id>/replay/", webhooks.replay_all, name="replay_webhooks"),
    path("<uuid:endpoint_id>/deliveries/<uuid:delivery_id>/", webhooks.delivery, name="webhook_delivery"),
    path("<uuid:endpoint_id>/deliveries/<uuid:delivery_id>/replay/", webhooks.replay, name="replay_webhook"),
]
