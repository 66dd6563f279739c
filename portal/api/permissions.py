from django.urls import reverse
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated


class HasScope(IsAuthenticated):
    """A key reaches only what its scopes name: `gifts:read` to read, `gifts:write` to do, where the view says
    `scope = "gifts"`. The site's own pages come with a session and have all of their person's power."""

    code = "permission_denied"
    message = "This key lacks the scope that is named."

    def has_permission(self, request, view) -> bool:
        if not super().has_permission(request, view):
            return False
        if request.auth is None:
            return True
        verb = "read" if request.method in SAFE_METHODS else "write"
        scope = getattr(view, "scope", None)
        if scope and f"{scope}:{verb}" in request.auth.scopes:
            return True
        self.message = (
            f"This key lacks the scope {scope}:{verb}. Make a key with it at {reverse('keys')}."
            if scope
            else "No key opens this: log in on the site."
        )
        return False
