"""`{{ order.country|country }}`: a country's name instead of its code.

Not here: the names (kernel.countries).
"""

from django import template

from kernel.countries import country_name

register = template.Library()
register.filter("country", country_name)
