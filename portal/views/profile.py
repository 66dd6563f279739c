from copy import copy

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal.forms import ProfileForm
from portal.operations import people


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    # A copy, so that the header goes on showing what is true while a form is refused.
    form = ProfileForm(request.POST or None, instance=copy(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            people.save_profile(user_id=request.user.pk, **form.cleaned_data)
        except (people.HandleTaken, people.HandleMissing, people.BirthDateKept) as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, "Your profile is saved.")
            return redirect("profile")
    return render(request, "portal/profile.html", {"form": form}, status=422 if form.errors else 200)


@login_required
def become_creator(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect("profile")  # opened by its address, or reloaded after a login
    try:
        people.become_creator(user_id=request.user.pk)
    except people.HandleMissing as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "You are a creator now. Your page is open.")
    return redirect("profile")
