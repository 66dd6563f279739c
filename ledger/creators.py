"""What is for creators alone. For the products' pages and APIs."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.settings import api_settings


class IsCreator(BasePermission):  # type: ignore[misc]  # it has no types
    message, code = "This is for creators. Become one on your profile's page.", "not_a_creator"

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user.is_creator)


CREATORS_ONLY = [*api_settings.DEFAULT_PERMISSION_CLASSES, IsCreator]


def creator_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for creators; others are offered to become one."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_creator:  # type: ignore[union-attr]  # nobody is anonymous here
            return view(request, *args, **kwargs)
        status = 200 if request.method in {"GET", "HEAD"} else 403
        return render(request, "not_creator.html", status=status)

    return guarded
