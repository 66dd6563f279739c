from rest_framework.permissions import BasePermission
from rest_framework.settings import api_settings


class IsCreator(BasePermission):
    message, code = "This is for creators. Become one on your profile's page.", "not_a_creator"

    def has_permission(self, request, view) -> bool:
        return request.user.is_creator


CREATORS_ONLY = [*api_settings.DEFAULT_PERMISSION_CLASSES, IsCreator]
