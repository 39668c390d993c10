"""The studio's payout report: a period of the brand's account at the provider, as a page and as a file.

Not here: how the account stands (studio_payments).
"""

import datetime as dt

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from checkout.api.parcels import csv_answer
from checkout.errors import NoPaymentAccount
from checkout.payouts_csv import payouts_csv
from checkout.selectors.payouts import PayoutReport, payout_report
from kernel import clock
from kernel.errors import Problem
from tenants.models import Role
from tenants.studio import StudioRequest, member_required

SHOWN = 200  # lines on the page; the file has all of them


@require_GET
@member_required(role=Role.OWNER)
def payouts(request: StudioRequest) -> HttpResponseBase:
    since, until = period(request)
    report: PayoutReport | None = None
    problem: Problem | None = None
    try:
        report = payout_report(since=since, until=until)
    except NoPaymentAccount:
        return redirect("studio-payments")
    except Problem as refused:
        problem = refused
    context = {"since": since, "until": until, "report": report, "problem": problem, "shown": SHOWN}
    return render(request, "studio/orders/payouts.html", context, status=problem.status if problem else 200)


@require_GET
@member_required(role=Role.OWNER)
def payouts_export(request: StudioRequest) -> HttpResponseBase:
    since, until = period(request)
    try:
        report = payout_report(since=since, until=until)
    except Problem as problem:
        messages.error(request, problem.detail)
        return redirect("studio-payouts")
    return csv_answer(payouts_csv(report), f"payouts-{since}-{until}.csv")


def period(request: StudioRequest) -> tuple[dt.date, dt.date]:
    """The days that the address names; without, or where they are no days, this month so far."""
    today = timezone.localtime(clock.now()).date()
    since = _day(request.GET.get("from", "")) or today.replace(day=1)
    until = _day(request.GET.get("to", "")) or today
    return (since, until) if since <= until else (until, since)


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None
