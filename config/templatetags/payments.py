"""`{% payments_open as open %}`: whether the brand's buyers can pay, for pages of apps that know no payments.

Not here: why not, and what to do about it (checkout's own page).
"""

from django import template

from checkout.selectors import can_be_paid

register = template.Library()


@register.simple_tag
def payments_open() -> bool:
    """Whether the account that payments of this brand would go to takes charges."""
    return can_be_paid()
