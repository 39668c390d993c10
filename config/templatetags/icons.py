"""`{% icon "send" "s turns" %}`: a drawing of the sprite that base/page.html inlines.

Not here: the sprite (templates/components/icons.svg).
"""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, variants: str = "") -> SafeString:
    """A silent <svg>: the words beside it, or the button's label, say what it means."""
    classes = " ".join(["vt-icon", *(f"vt-icon-{variant}" for variant in variants.split())])
    return format_html('<svg class="{}" aria-hidden="true"><use href="#vt-i-{}"/></svg>', classes, name)
