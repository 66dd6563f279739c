import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from payouts import queries
from payouts.forms.answers import AnswerForm
from payouts.models import SharedMessage
from payouts.operations.conversations import AlreadyAnswered, UnknownQuestion, answer
from payouts.operations.moves import UnknownPayout, WrongState


@login_required
@require_http_methods(["GET", "POST"])
def answer_question(request: HttpRequest, payout_id: uuid.UUID, question_id: uuid.UUID) -> HttpResponse:
    payout = get_object_or_404(queries.payouts_of(request.user.pk), id=payout_id)
    question = get_object_or_404(payout.messages, id=question_id, kind=SharedMessage.Kind.QUESTION)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer(
                payout_id=payout_id, question_id=question_id, creator=request.user,
                text=form.cleaned_data["text"], at=timezone.now(),
            )  # fmt: skip
        except (UnknownPayout, UnknownQuestion) as refusal:
            raise Http404 from refusal
        except (AlreadyAnswered, WrongState) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Sent. Our staff look at your payout again.")
        return redirect("payouts:payout", payout_id)
    context = {"payout": payout, "question": question, "form": form}
    return render(request, "payouts/payouts/answer.html", context, status=422 if form.errors else 200)
