"""What is for creators alone. For the products' APIs, too."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.settings import api_settings


class IsCreator(BasePermission):  # type: ignore[misc]  # it has no types
    message, code = "This is for creators. Become one on your profile's page.", "not_a_creator"

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user.is_creator)


CREATORS_ONLY = [*api_settings.DEFAULT_PERMISSION_CLASSES, IsCreator]
