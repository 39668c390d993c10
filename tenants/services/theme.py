"""Publishing a theme: inputs to tokens, tokens to one style sheet under its content hash.

Not here: the colour maths (tenants.colour).
"""

import hashlib

from django.db import transaction
from django.db.models import F

from kernel import clock
from tenants.models import Brand, Theme


def publish_theme(*, brand: Brand) -> Theme:
    """Derive the tokens of the brand's inputs and publish its style sheet."""
    with transaction.atomic():
        theme, _ = Theme.objects.select_for_update().get_or_create(brand=brand)
        theme.tokens = {
            "--vt-brand-accent": theme.accent,
            "--vt-brand-surface": theme.surface,
            "--vt-brand-ink": theme.ink,
        }
        theme.css = ":root{" + ";".join(f"{k}:{v}" for k, v in theme.tokens.items()) + "}"
        theme.content_hash = hashlib.sha256(theme.css.encode()).hexdigest()[:16]
        theme.published_at = clock.now()
        theme.save()
        Brand.objects.filter(pk=brand.pk).update(revision=F("revision") + 1)
    return theme
