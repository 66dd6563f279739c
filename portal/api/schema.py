"""What drf-spectacular can't see by itself."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "portal.api.authentication.KeyAuthentication"
    name = "Key"

    def get_security_definition(self, auto_schema) -> dict:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal key. Operators issue one with `manage.py issue_api_key`.",
        }
