from rest_framework.permissions import SAFE_METHODS, IsAuthenticated


class HasScope(IsAuthenticated):
    """A key reaches only what its scopes name: `gifts:read` to read, `gifts:write` to do, where the view says
    `scope = "gifts"`. The site's own pages come with a session and have all of their person's power."""

    message = "This key lacks the scope for that."

    def has_permission(self, request, view) -> bool:
        if not super().has_permission(request, view):
            return False
        if request.auth is None:
            return True
        verb = "read" if request.method in SAFE_METHODS else "write"
        scope = getattr(view, "scope", None)
        return scope is not None and f"{scope}:{verb}" in request.auth.scopes
