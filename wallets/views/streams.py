from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wallets.models import Stream
from wallets.operations.streams import LONGEST, AlreadyLive, UnableToGoLive, end_stream, start_stream
from wallets.queries.streams import open_stream, stream_of, streams_of, summary, viewers_of
from wallets.stream_forms import StreamForm

PAGE = 20


@login_required
@require_http_methods(["GET", "POST"])
def live(request: HttpRequest) -> HttpResponse:
    """Where a creator goes live, sees how it goes, and finds the streams of before."""
    if not request.user.is_creator:
        return redirect(reverse("profile") + "#creator")
    form = StreamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            stream = start_stream(creator=request.user, at=timezone.now(), **form.facts())
        except AlreadyLive:
            return redirect("wallets:live")
        except UnableToGoLive as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("wallets:live" if stream.ended_at is None else stream)
    now = timezone.now()
    stream = open_stream(request.user.pk)
    context = {
        "form": form,
        "stream": stream,
        "summary": stream and summary(stream, now),
        "viewers": stream and viewers_of(stream.pk, now),
        "hours": LONGEST.total_seconds() // 3600,
        "page_obj": Paginator(streams_of(request.user.pk).exclude(ended_at=None), PAGE).get_page(
            request.GET.get("page")
        ),
    }
    return render(request, "wallets/streams/live.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def end(request: HttpRequest, pk) -> HttpResponse:
    try:
        return redirect(end_stream(creator=request.user, stream_id=pk, at=timezone.now()))
    except Stream.DoesNotExist as error:
        raise Http404 from error


@login_required
@require_safe
def stream(request: HttpRequest, pk) -> HttpResponse:
    """What came of a stream."""
    found = stream_of(request.user.pk, pk)
    if found is None:
        raise Http404
    if found.ended_at is None:
        return redirect("wallets:live")
    context = {"stream": found, "summary": summary(found, timezone.now())}
    return render(request, "wallets/streams/stream.html", context)
