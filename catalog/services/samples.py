"""Two products that a new brand finds in its studio, to try a show with.

Not here: the demo's shops (demo).
"""

from catalog.models import Product, Variant
from catalog.services.products import NewVariant, create_product
from kernel.money import Money

_SAMPLES = (
    (
        "Sample mug",
        "300 ml, stoneware",
        "<p>A sample product. Change it, or archive it when your own are in.</p>",
        NewVariant(sku="SAMPLE-MUG", stock=40),
        24,
    ),
    (
        "Sample tea",
        "80 g, loose leaf",
        "<p>A second sample, so that a line-up has an order to change.</p>",
        NewVariant(sku="SAMPLE-TEA", stock=25),
        12,
    ),
)


def make_sample_products(*, currency: str) -> list[Variant]:
    """The sample products' variants, made when they are not there. Doing it twice changes nothing."""
    for name, detail, description, new, whole in _SAMPLES:
        if Variant.objects.filter(sku=new.sku).exists():
            continue
        exponent = Money(0, currency).exponent
        # A sum that looks like a price in every currency: 24 is €24.00, and ¥2,400.
        price = Money(whole * 100, currency) if exponent <= 2 else Money(whole * 10**exponent, currency)
        variant = NewVariant(sku=new.sku, stock=new.stock, price=price)
        create_product(
            name=name,
            detail=detail,
            description=description,
            status=Product.Status.ACTIVE,
            variants=[variant],
            actor="system",
        )
    return list(Variant.objects.filter(sku__in=[new.sku for *_, new, _ in _SAMPLES]).order_by("sku"))
