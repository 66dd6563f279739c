from django import forms
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from ledger.sheets import sheet
from payouts.admin.base import ReadOnlyAdmin
from payouts.models import SelfBillingInvoice
from payouts.queries.tax_reports import dac7_rows, nec_rows, nec_threshold
from payouts.words import money

REPORTS = {"dac7": dac7_rows, "1099-nec": nec_rows}


class ReportForm(forms.Form):
    year = forms.IntegerField(min_value=2000, max_value=9998)
    report = forms.ChoiceField(choices=[("dac7", "DAC7, by quarter"), ("1099-nec", "Form 1099-NEC")])


@admin.register(SelfBillingInvoice)
class SelfBillingInvoiceAdmin(ReadOnlyAdmin):
    change_list_template = "admin/payouts/selfbillinginvoice/change_list.html"
    list_display = ("name", "creator", "sum", "issued_at", "payout", "credits")
    list_filter = ("currency",)
    list_select_related = ("series__creator", "payout", "credits__series")
    search_fields = ("=series__prefix", "=series__creator__email", "=payout__reference")
    search_help_text = "The whole prefix, email or payout reference."
    date_hierarchy = "issued_at"

    def get_urls(self):
        view = self.admin_site.admin_view(self.taxes)
        return [path("taxes/", view, name="payouts_selfbillinginvoice_taxes"), *super().get_urls()]

    @admin.display(ordering="series__creator")
    def creator(self, row: SelfBillingInvoice):
        return row.series.creator

    @admin.display(description="amount", ordering="amount")
    def sum(self, row: SelfBillingInvoice) -> str:
        return money(row.amount, row.currency)

    def taxes(self, request: HttpRequest) -> HttpResponse:
        """The year's reports name people and their tax numbers: who takes one is written down."""
        if not request.user.has_perm("payouts.export_taxes"):
            raise PermissionDenied
        now = timezone.now()
        form = ReportForm(request.POST if request.method == "POST" else None, initial={"year": now.year})
        if not (request.method == "POST" and form.is_valid()):
            context = {
                **self.admin_site.each_context(request),
                "title": "Reports to tax offices",
                "opts": self.opts,
                "form": form,
                "threshold": nec_threshold(now.year),
                "this_year": now.year,
            }
            template = "admin/payouts/selfbillinginvoice/taxes.html"
            return TemplateResponse(request, template, context, status=422 if form.errors else 200)
        year, report = form.cleaned_data["year"], form.cleaned_data["report"]
        LogEntry.objects.create(
            user=request.user,
            content_type=None,
            object_repr=f"{report} {year}",
            action_flag=CHANGE,
            change_message=f"Downloaded {report} of {year}.",
        )
        disposition = f'attachment; filename="{report}-{year}.csv"'
        return HttpResponse(
            sheet(REPORTS[report](year)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": disposition},
        )
