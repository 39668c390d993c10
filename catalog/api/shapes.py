"""What the API shows and takes of products, stock and drops.

Not here: the addresses (products, stock, drops).
"""

from typing import Any

from rest_framework import serializers

from catalog.media import media_url
from catalog.models import Drop, Product, ProductImage, Variant
from kernel import ids
from kernel.fields import ClosedSerializer, PublicIdField
from kernel.money import CURRENCIES

Shape = serializers.Serializer[Any]


class PriceShape(Shape):
    currency = serializers.CharField()
    minor = serializers.IntegerField(help_text="In minor units: 4600 is €46.00.")
    compare_at_minor = serializers.IntegerField(allow_null=True, help_text="The struck-out price.")


class CountsShape(Shape):
    total = serializers.IntegerField()
    available = serializers.IntegerField()
    held = serializers.IntegerField()
    sold = serializers.IntegerField()


class VariantShape(Shape):
    id = serializers.CharField(source="public_id")
    product = serializers.SerializerMethodField()
    sku = serializers.CharField()
    name = serializers.CharField()
    position = serializers.IntegerField()
    prices = PriceShape(many=True)
    stock = CountsShape()

    def get_product(self, variant: Variant) -> str:
        return ids.public_id(Product.id_prefix, variant.product_id)


class ImageShape(Shape):
    id = serializers.CharField(source="public_id")
    small_url = serializers.SerializerMethodField()
    medium_url = serializers.SerializerMethodField()
    large_url = serializers.SerializerMethodField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    alt = serializers.CharField()

    def get_small_url(self, image: ProductImage) -> str:
        return media_url(image.small)

    def get_medium_url(self, image: ProductImage) -> str:
        return media_url(image.medium)

    def get_large_url(self, image: ProductImage) -> str:
        return media_url(image.large)


class ProductShape(Shape):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    slug = serializers.CharField()
    detail = serializers.CharField()
    description = serializers.CharField(help_text="Clean HTML.")
    status = serializers.ChoiceField(Product.Status.choices)
    collections = serializers.SerializerMethodField()
    variants = VariantShape(many=True)
    images = ImageShape(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_collections(self, product: Product) -> list[str]:
        return [collection.name for collection in product.collections.all()]


class MoveShape(Shape):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    quantity = serializers.IntegerField()
    available = serializers.IntegerField(help_text="After the move, like held and sold.")
    held = serializers.IntegerField()
    sold = serializers.IntegerField()
    reference = serializers.CharField()
    actor = serializers.CharField()
    at = serializers.DateTimeField()


class DropShape(Shape):
    id = serializers.CharField(source="public_id")
    variant = serializers.SerializerMethodField()
    show = serializers.SerializerMethodField()
    title = serializers.CharField()
    status = serializers.ChoiceField(Drop.Status.choices)
    units = serializers.IntegerField()
    units_left = serializers.IntegerField()
    price_minor = serializers.IntegerField()
    currency = serializers.CharField()
    per_buyer = serializers.IntegerField()
    opens_at = serializers.DateTimeField(allow_null=True)
    closes_at = serializers.DateTimeField(allow_null=True)
    run_seconds = serializers.IntegerField(allow_null=True)
    mode = serializers.ChoiceField(Drop.Mode.choices, help_text="Who gets the units; see the guide on drops.")
    window_seconds = serializers.IntegerField(allow_null=True)
    list_state = serializers.ChoiceField(Drop.List.choices)
    list_closes_at = serializers.DateTimeField(allow_null=True)
    entered = serializers.IntegerField()
    opened_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)

    def get_variant(self, drop: Drop) -> str:
        return ids.public_id(Variant.id_prefix, drop.variant_id)

    def get_show(self, drop: Drop) -> str | None:
        return ids.public_id("shw", drop.show_id) if drop.show_id else None


class FaultShape(Shape):
    row = serializers.IntegerField(help_text="The line in the file; the header is line 1.")
    column = serializers.CharField()
    value = serializers.CharField()
    needs = serializers.CharField()


class ImportShape(Shape):
    id = serializers.CharField(source="public_id")
    file_name = serializers.CharField()
    status = serializers.CharField()
    rows = serializers.IntegerField()
    good_rows = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    faults = FaultShape(many=True)


class PriceRequest(ClosedSerializer):
    minor = serializers.IntegerField(min_value=1)
    compare_at_minor = serializers.IntegerField(min_value=1, required=False, allow_null=True, default=None)


class FirstPriceRequest(PriceRequest):
    currency = serializers.ChoiceField(CURRENCIES)


class VariantRequest(ClosedSerializer):
    sku = serializers.CharField(max_length=60)
    name = serializers.CharField(max_length=60, allow_blank=True, default="")
    price = FirstPriceRequest(required=False, allow_null=True, default=None)
    stock = serializers.IntegerField(min_value=0, default=0)


class VariantChange(ClosedSerializer):
    sku = serializers.CharField(max_length=60, required=False)
    name = serializers.CharField(max_length=60, allow_blank=True, required=False)
    position = serializers.IntegerField(min_value=0, max_value=999, required=False)


class ProductChange(ClosedSerializer):
    name = serializers.CharField(max_length=120, required=False)
    slug = serializers.CharField(max_length=80, required=False)
    detail = serializers.CharField(max_length=120, allow_blank=True, required=False)
    description = serializers.CharField(max_length=20_000, allow_blank=True, required=False)
    status = serializers.ChoiceField(Product.Status.choices, required=False)
    collections = serializers.ListField(child=serializers.CharField(max_length=80), max_length=20, required=False)


class ProductRequest(ProductChange):
    name = serializers.CharField(max_length=120)
    variants = VariantRequest(many=True)


class ReceiveRequest(ClosedSerializer):
    quantity = serializers.IntegerField(min_value=1)
    reference = serializers.CharField(max_length=120, allow_blank=True, default="")


class CorrectRequest(ClosedSerializer):
    total = serializers.IntegerField(min_value=0)
    reason = serializers.CharField(max_length=120)


class DropChange(ClosedSerializer):
    title = serializers.CharField(max_length=120, required=False)
    units = serializers.IntegerField(min_value=1, required=False)
    price_minor = serializers.IntegerField(min_value=1, required=False)
    currency = serializers.ChoiceField(CURRENCIES, required=False)
    per_buyer = serializers.IntegerField(min_value=1, required=False)
    opens_at = serializers.DateTimeField(required=False, allow_null=True, help_text="Null: it is opened by hand.")
    closes_at = serializers.DateTimeField(required=False, allow_null=True)
    run_seconds = serializers.IntegerField(min_value=10, required=False, allow_null=True)
    mode = serializers.ChoiceField(Drop.Mode.choices, required=False)
    window_seconds = serializers.IntegerField(min_value=3, required=False, allow_null=True)


class DropRequest(ClosedSerializer):
    variant = PublicIdField("var")
    show = PublicIdField("shw", required=False, allow_null=True, default=None)
    title = serializers.CharField(max_length=120)
    units = serializers.IntegerField(min_value=1)
    price_minor = serializers.IntegerField(min_value=1)
    currency = serializers.ChoiceField(CURRENCIES)
    per_buyer = serializers.IntegerField(min_value=1, default=1)
    opens_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    closes_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    run_seconds = serializers.IntegerField(min_value=10, required=False, allow_null=True, default=None)
    mode = serializers.ChoiceField(Drop.Mode.choices, default=Drop.Mode.FIRST_COME)
    window_seconds = serializers.IntegerField(min_value=3, required=False, allow_null=True, default=None)
