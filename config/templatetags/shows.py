"""`{% show_title show_id %}`: what a show is called, for pages of apps that know no shows.

Not here: links to shows.
"""

import uuid

from django import template

from kernel.errors import NotFound
from streams.selectors import show_by_id

register = template.Library()


@register.simple_tag
def show_title(show_id: uuid.UUID | None) -> str:
    """The title, or "Show" for one that is gone."""
    try:
        return show_by_id(show_id).title if show_id else ""
    except NotFound:
        return "Show"
