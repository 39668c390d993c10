"""The address of a show: /live/<slug>/.

Not here: who may open it (access).
"""

import re

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from kernel.constraints import broken_rule
from kernel.errors import InvalidInput
from streams.errors import SlugTaken
from streams.models import Show

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST = 80


def free_slug(title: str, *, but: Show | None = None) -> str:
    """An address made from a title that no show has."""
    base = slugify(title)[: LONGEST - 4].strip("-") or "show"
    others = Show.objects.filter(slug__startswith=base)
    taken = set((others.exclude(pk=but.pk) if but else others).values_list("slug", flat=True))
    candidates = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(slug for slug in candidates if slug not in taken)


def save_with_slug(show: Show, *, force_insert: bool = False) -> None:
    """Save the show, inside the caller's transaction. Raises InvalidInput for a malformed address
    and SlugTaken, with a free one, for another show's."""
    if not _SLUG.fullmatch(show.slug) or len(show.slug) > LONGEST:
        raise InvalidInput(param="slug", reason="An address has letters a–z, digits and single hyphens between them.")
    try:
        with transaction.atomic():
            show.save(force_insert=force_insert)
    except IntegrityError as error:
        if "slug" in broken_rule(error):
            raise SlugTaken(param="slug", suggestion=free_slug(show.slug, but=show)) from error
        raise
