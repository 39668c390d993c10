"""/studio/products/import/: a file checked row by row, then imported; all products as a file.

Not here: the table that is read and written (product_rows).
"""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.api.imports import csv_answer
from catalog.errors import ImportNotFound
from catalog.forms import ImportForm
from catalog.models import ImportRun
from catalog.product_rows import COLUMNS, MOST_BYTES
from catalog.selectors.export import export_products
from catalog.services.imports import broken_rows, check_import, discard_import, start_import
from kernel.errors import Problem
from tenants.api.actors import actor_of
from tenants.forms import blame
from tenants.models import Role
from tenants.studio import StudioRequest, member_required


@member_required(Role.HOST)
@require_http_methods(["GET", "POST"])
def upload(request: StudioRequest) -> HttpResponseBase:
    """Choose a file; it is checked at once and nothing is saved."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = check_import(
                file_name=file.name,
                content=file.read(MOST_BYTES + 1),
                currency=request.brand.currency,
                actor=actor_of(request),
            )
        except Problem as problem:
            blame(form, problem)
        else:
            return redirect("studio-import", run.public_id)
    recent = ImportRun.objects.exclude(status=ImportRun.Status.DISCARDED).order_by("-id")[:10]
    context = {"form": form, "columns": COLUMNS, "recent": recent}
    return render(request, "studio/products/import.html", context, status=422 if form.errors else 200)


@member_required(Role.HOST)
@require_safe
def one_import(request: StudioRequest, import_id: str) -> HttpResponseBase:
    """What is wrong in a file and how far it has come."""
    run = _run(import_id)
    broken = len({fault["row"] for fault in run.faults})
    return render(request, "studio/products/import_run.html", {"run": run, "broken": broken})


@member_required(Role.HOST)
@require_POST
def start(request: StudioRequest, import_id: str) -> HttpResponseBase:
    """Import the good rows."""
    run = start_import(run_id=_run(import_id).pk)
    if run.status == ImportRun.Status.FINISHED:
        messages.success(request, f"{run.created} added, {run.updated} changed.")
    return redirect("studio-import", run.public_id)


@member_required(Role.HOST)
@require_POST
def discard(request: StudioRequest, import_id: str) -> HttpResponseBase:
    """Forget a checked file."""
    discard_import(run_id=_run(import_id).pk)
    messages.success(request, "Discarded. Nothing was saved.")
    return redirect("studio-products")


@member_required(Role.HOST)
@require_safe
def broken_file(request: StudioRequest, import_id: str) -> HttpResponseBase:
    """The broken rows as a file, each with what it needs."""
    return csv_answer(broken_rows(_run(import_id)), "rows-to-put-right.csv")


@member_required(Role.HOST)
@require_safe
def export(request: StudioRequest) -> HttpResponseBase:
    """All products as a file that can be imported."""
    return csv_answer(export_products(request.brand.currency), "products.csv")


def _run(text: str) -> ImportRun:
    try:
        return ImportRun.by_public_id(text)
    except ImportRun.DoesNotExist:
        raise ImportNotFound from None
