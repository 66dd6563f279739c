from django.apps import AppConfig
from django.urls import register_converter

from payouts.converters import Month


class PayoutsConfig(AppConfig):
    name = "payouts"

    def ready(self) -> None:
        register_converter(Month, "month")
