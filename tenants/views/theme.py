"""/studio/theme/: six inputs, what follows from them, publishing; logos.

Not here: serving what was published (brand_files).
"""

from typing import Any, get_args

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kernel.errors import InvalidInput, Problem
from kernel.problems import problem_response
from tenants.api.actors import actor_of
from tenants.colour import contrast
from tenants.forms import LogoForm, ThemeForm, blame
from tenants.models import Role, Theme
from tenants.palette import Palette, derive, pairs
from tenants.services.logos import Kind, remove_logo, replace_logo
from tenants.services.theme import ThemeInputs, inputs_of, publish_theme, style_sheet
from tenants.studio import StudioRequest, member_required

# The pairs an owner reads about; all others are checked as well.
_SHOWN = {
    "ink on surface": ("Ink on surface", "Text reads well everywhere"),
    "soft ink on surface": ("Soft ink on surface", "Fine for small text"),
    "words on accent": ("Words on accent", "The buy button reads well"),
    "accent on surface": ("Accent on surface", "Buttons and marks hold"),
    "field edges on surface": ("Field edges", "Visible, 3 is the least"),
}


@member_required(Role.OWNER)
@require_http_methods(["GET", "POST"])
def theme(request: StudioRequest) -> HttpResponseBase:
    """Show the inputs with what follows from them; publish on POST."""
    stored = Theme.objects.get(brand=request.brand)  # the host's copy may be some seconds old
    inputs = inputs_of(stored)
    form = ThemeForm(request.POST or None, initial=_initial(inputs))
    if request.method == "POST" and form.is_valid():
        try:
            publish_theme(
                brand=request.brand,
                inputs=ThemeInputs(**form.cleaned_data),
                actor=actor_of(request),
            )
        except Problem as problem:
            blame(form, problem)
        else:
            messages.success(request, "Published. Open pages change their colours by themselves.")
            return redirect("studio-theme")
    facts = theme_facts(inputs)
    context = {
        "form": form,
        "logo_form": LogoForm(),
        "facts": facts,
        "schemes": ("light", "dark"),
        "tokens": stored.tokens,
        "revisions": request.brand.theme_revisions.count(),
    }
    return render(request, "studio/theme.html", context, status=422 if form.errors else 200)


@member_required(Role.OWNER)
@require_GET
def derived(request: StudioRequest) -> HttpResponse:
    """What would follow from inputs that are not published, for the preview: tokens and contrast."""
    form = ThemeForm(request.GET)
    if not form.is_valid():
        name, faults = next(iter(form.errors.items()))
        return problem_response(InvalidInput(param=name, reason=" ".join(str(fault) for fault in faults)), request)
    inputs = ThemeInputs(**form.cleaned_data)
    try:
        tokens, _ = style_sheet(inputs)
    except Problem as problem:
        return problem_response(problem, request)
    return JsonResponse({"tokens": tokens, **theme_facts(inputs)})


@member_required(Role.OWNER)
@require_POST
def logo(request: StudioRequest) -> HttpResponseBase:
    """Replace one of the three logos, or take it away."""
    kind = request.POST.get("kind", "")
    if "remove" in request.POST and kind in get_args(Kind):
        remove_logo(brand=request.brand, kind=kind)  # type: ignore[arg-type]
        messages.success(request, "Taken away. Pages show the brand’s name.")
        return redirect("studio-theme")
    form = LogoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            replace_logo(brand=request.brand, kind=form.cleaned_data["kind"], upload=form.cleaned_data["file"])
            messages.success(request, "The logo is on all pages now.")
        except Problem as problem:
            messages.error(request, problem.detail)
    else:
        messages.error(request, "Choose a file first. " + " ".join(map(str, form.errors.get("file", ()))))
    return redirect("studio-theme")


def theme_facts(inputs: ThemeInputs) -> dict[str, Any]:
    """Contrast by day and by night, and which colours were moved to reach it."""
    palette = derive(accent=inputs.accent, surface=inputs.surface, ink=inputs.ink)
    by_day = {pair.name: pair.ratio for pair in pairs(palette.day)}
    by_night = {pair.name: pair.ratio for pair in pairs(palette.night)}
    rows = [
        {"name": words, "day": f"{by_day[name]:.1f}", "night": f"{by_night[name]:.1f}", "meaning": meaning}
        for name, (words, meaning) in _SHOWN.items()
    ]
    return {"contrast": rows, "notes": _notes(inputs, palette)}


def _notes(inputs: ThemeInputs, palette: Palette) -> list[str]:
    notes = [
        f"Your {name} {wished} was too close to what it meets. We use {used}: the same hue, moved in lightness."
        for name, wished, used in (
            ("accent", inputs.accent, palette.day.accent),
            ("surface", inputs.surface, palette.day.surface),
            ("ink", inputs.ink, palette.day.ink),
        )
        if wished != used
    ]
    night = contrast(inputs.accent, palette.night.surface)
    notes.append(
        f"At night your accent would have {night:.1f} on the dark surface. There we use {palette.night.accent}, the"
        " same hue. Live red stays ours, so that it means one thing everywhere."
    )
    return notes


def _initial(inputs: ThemeInputs) -> dict[str, Any]:
    return {name: getattr(inputs, name) for name in ("accent", "surface", "ink", "font", "radius")}
