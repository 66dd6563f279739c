"""The creator's pages."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect


def creator_required(view):
    """Others are shown how to become one."""

    @login_required
    @wraps(view)
    def guarded(request, *args, **kwargs):
        return view(request, *args, **kwargs) if request.user.is_creator else redirect("/profile/#creator")

    return guarded
