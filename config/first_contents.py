"""What a new brand finds in its studio: a few sample products and a first show as a draft.

Not here: the demo (demo/seed.py).
"""

from catalog.services.samples import make_sample_products
from checkout.services.shipping import add_first_shipping
from tenants.models import Brand


def fill(brand: Brand) -> None:
    """Called by provisioning inside the brand's schema; doing it twice changes nothing."""
    make_sample_products(currency=brand.currency)
    add_first_shipping(country=brand.country, currency=brand.currency)
