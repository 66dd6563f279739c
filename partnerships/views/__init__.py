"""The creator's pages."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.shortcuts import render


def creator_required(view):
    """Others are offered to become one."""

    @login_required
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.user.is_creator:
            return view(request, *args, **kwargs)
        status = 200 if request.method in {"GET", "HEAD"} else 403
        return render(request, "not_creator.html", status=status)

    return guarded
