"""Publishing a theme: inputs to tokens, tokens to one style sheet under its content hash.

Not here: the palette (tenants.palette) and the logo (services/logos.py).
"""

import hashlib
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from kernel import clock
from kernel.errors import InvalidInput
from kernel.eventlog.store import SHOP_TOPIC, append
from kernel.tenancy import brand_context
from tenants.events import ThemePublished
from tenants.models import Brand, Theme, ThemeRevision
from tenants.models.theme import FONTS
from tenants.palette import derive
from tenants.selectors import forget_hosts


@dataclass(frozen=True, slots=True)
class ThemeInputs:
    """What a brand chooses; the sixth input, the logo, is a file of its own."""

    accent: str
    surface: str
    ink: str
    font: str
    radius: int


def inputs_of(theme: Theme) -> ThemeInputs:
    """The inputs that are published now."""
    return ThemeInputs(theme.accent, theme.surface, theme.ink, theme.font, theme.radius)


def style_sheet(inputs: ThemeInputs) -> tuple[dict[str, str], str]:
    """The tokens of these inputs and their style sheet. Raises ColourInvalid, ContrastTooLow, InvalidInput."""
    if inputs.font not in FONTS:
        raise InvalidInput(param="font", reason=f"{inputs.font} is not on the list of fonts.")
    if not 0 <= inputs.radius <= 16:
        raise InvalidInput(param="radius", reason="Corners have a radius of 0 to 16 pixels.")
    palette = derive(accent=inputs.accent, surface=inputs.surface, ink=inputs.ink)
    tokens = palette.tokens(inputs.radius)
    return tokens, ":root{" + ";".join(f"{name}:{value}" for name, value in tokens.items()) + "}\n"


def publish_theme(*, brand: Brand, inputs: ThemeInputs | None = None, actor: str = "system") -> Theme:
    """Derive the tokens of the inputs (the stored ones without any) and publish the style sheet.

    Older sheets stay readable under their hashes; publishing the same again only renews nothing.
    Raises ColourInvalid, ContrastTooLow and InvalidInput; locks the theme's row.
    """
    with brand_context(brand), transaction.atomic():
        theme, _ = Theme.objects.select_for_update().get_or_create(brand=brand)
        chosen = inputs or inputs_of(theme)
        tokens, css = style_sheet(chosen)
        content_hash = hashlib.sha256(css.encode()).hexdigest()[:16]
        if content_hash == theme.content_hash and chosen == inputs_of(theme):
            return theme
        ThemeRevision.objects.get_or_create(brand=brand, content_hash=content_hash, defaults={"css": css})
        theme.accent, theme.surface, theme.ink = chosen.accent, chosen.surface, chosen.ink
        theme.font, theme.radius = chosen.font, chosen.radius
        theme.tokens, theme.css, theme.content_hash = tokens, css, content_hash
        theme.published_at = clock.now()
        theme.save()
        Brand.objects.filter(pk=brand.pk).update(revision=F("revision") + 1)
        transaction.on_commit(forget_hosts)
        append(ThemePublished(content_hash=content_hash, css_url=theme.css_url), topic=SHOP_TOPIC, actor=actor)
    return theme
