"""/api/v1/products/, /variants/ and /images/: what is sold, in which forms, at which prices.

Not here: units (stock) and files of products (imports).
"""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.lookup import StaffView, choice_in_query, found, id_in_path, id_in_query
from catalog.api.shapes import (
    ImageShape,
    PriceRequest,
    PriceShape,
    ProductChange,
    ProductRequest,
    ProductShape,
    VariantChange,
    VariantRequest,
    VariantShape,
)
from catalog.errors import ProductNotFound, VariantNotFound
from catalog.models import Product, Variant
from catalog.services.images import add_image, remove_image
from catalog.services.prices import set_price
from catalog.services.products import NewVariant, add_variant, archive_product, create_product, update_product
from catalog.services.products import update_variant as change_variant
from kernel.errors import InvalidInput, NotFound
from kernel.money import CURRENCIES, Money
from tenants.api.actors import actor_of


def whole_products() -> "QuerySet[Product]":
    """Products with everything that is shown of them, in six queries however many they are."""
    return Product.objects.prefetch_related("collections", "images", "variants__prices", "variants__stock")


def whole_variants() -> "QuerySet[Variant]":
    return Variant.objects.select_related("stock").prefetch_related("prices")


class ProductsView(StaffView):
    read_scope, write_scope = "products:read", "products:write"
    serializer_class: Any = ProductShape


class Products(ProductsView):
    @extend_schema(
        tags=["products"],
        responses=ProductShape(many=True),
        parameters=[
            OpenApiParameter("status", enum=Product.Status.values),
            OpenApiParameter("q", description="Words in the name."),
            OpenApiParameter("sku", description="The code of one of its variants."),
            OpenApiParameter("collection", description="The name of a collection."),
        ],
    )
    def get(self, request: Request) -> Response:
        """Products, newest first."""
        rows, asked = whole_products(), request.query_params
        if text := asked.get("status"):
            rows = rows.filter(status=choice_in_query("status", text, Product.Status.values))
        if text := asked.get("q"):
            rows = rows.filter(name__icontains=text)
        if text := asked.get("sku"):
            rows = rows.filter(variants__sku=text)
        if text := asked.get("collection"):
            rows = rows.filter(collections__name__iexact=text)
        return self.page(rows)

    @extend_schema(tags=["products"], request=ProductRequest, responses={201: ProductShape})
    def post(self, request: Request) -> Response:
        """Make a product with its variants, first prices and first units: all of it or nothing."""
        wanted = ProductRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        fields: dict[str, Any] = {**wanted.validated_data}
        variants = [new_variant(entry) for entry in fields.pop("variants")]
        product = create_product(variants=variants, actor=actor_of(request), **fields)
        shape = ProductShape(whole_products().get(pk=product.pk))
        return Response(shape.data, status=status.HTTP_201_CREATED)


class OneProduct(ProductsView):
    @extend_schema(tags=["products"], responses=ProductShape)
    def get(self, request: Request, product: str) -> Response:
        return Response(ProductShape(found(whole_products(), "prd", product, ProductNotFound)).data)

    @extend_schema(tags=["products"], request=ProductChange, responses=ProductShape)
    def patch(self, request: Request, product: str) -> Response:
        """Change what is sent; the rest stays."""
        wanted = ProductChange(data=request.data)
        wanted.is_valid(raise_exception=True)
        product_id = id_in_path("prd", product, ProductNotFound)
        update_product(product_id=product_id, actor=actor_of(request), **wanted.validated_data)
        return Response(ProductShape(whole_products().get(pk=product_id)).data)


class ArchiveProduct(ProductsView):
    @extend_schema(tags=["products"], request=None, responses=ProductShape)
    def post(self, request: Request, product: str) -> Response:
        """Take it off sale and out of the lists. Orders and figures stay."""
        product_id = id_in_path("prd", product, ProductNotFound)
        archive_product(product_id=product_id, actor=actor_of(request))
        return Response(ProductShape(whole_products().get(pk=product_id)).data)


class ProductVariants(ProductsView):
    serializer_class = VariantShape

    @extend_schema(tags=["products"], request=VariantRequest, responses={201: VariantShape})
    def post(self, request: Request, product: str) -> Response:
        """Add a variant."""
        wanted = VariantRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        row = found(Product.objects.all(), "prd", product, ProductNotFound)
        variant = add_variant(
            product_id=row.pk,
            new=new_variant(wanted.validated_data),
            position=row.variants.count(),
            actor=actor_of(request),
        )
        return Response(VariantShape(whole_variants().get(pk=variant.pk)).data, status=status.HTTP_201_CREATED)


class ImageRequest(serializers.Serializer[Any]):
    file = serializers.FileField()
    alt = serializers.CharField(max_length=200, allow_blank=True, default="")


class ProductImages(ProductsView):
    parser_classes = [MultiPartParser]
    serializer_class = ImageShape

    @extend_schema(tags=["products"], request={"multipart/form-data": ImageRequest}, responses={201: ImageShape})
    def post(self, request: Request, product: str) -> Response:
        """Add a picture: JPEG, PNG or WebP, at most 20 MB and 40 million pixels. It is encoded anew."""
        wanted = ImageRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        image = add_image(
            product_id=id_in_path("prd", product, ProductNotFound),
            file=wanted.validated_data["file"],
            alt=wanted.validated_data["alt"],
            actor=actor_of(request),
        )
        return Response(ImageShape(image).data, status=status.HTTP_201_CREATED)


class OneImage(ProductsView):
    serializer_class = ImageShape

    @extend_schema(tags=["products"], responses={204: None})
    def delete(self, request: Request, image: str) -> Response:
        """Take a picture off its product. Doing it again changes nothing."""
        remove_image(image_id=id_in_path("img", image, NotFound), actor=actor_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class Variants(ProductsView):
    serializer_class = VariantShape

    @extend_schema(
        tags=["products"],
        responses=VariantShape(many=True),
        parameters=[
            OpenApiParameter("sku", description="Exactly this code."),
            OpenApiParameter("product", description="Variants of this product."),
        ],
    )
    def get(self, request: Request) -> Response:
        """Variants of all products, newest first."""
        rows, asked = whole_variants(), request.query_params
        if text := asked.get("sku"):
            rows = rows.filter(sku=text)
        if text := asked.get("product"):
            rows = rows.filter(product_id=id_in_query("prd", "product", text))
        return self.page(rows)


class OneVariant(ProductsView):
    serializer_class = VariantShape

    @extend_schema(tags=["products"], responses=VariantShape)
    def get(self, request: Request, variant: str) -> Response:
        return Response(VariantShape(found(whole_variants(), "var", variant, VariantNotFound)).data)

    @extend_schema(tags=["products"], request=VariantChange, responses=VariantShape)
    def patch(self, request: Request, variant: str) -> Response:
        """Change what is sent; the rest stays."""
        wanted = VariantChange(data=request.data)
        wanted.is_valid(raise_exception=True)
        variant_id = id_in_path("var", variant, VariantNotFound)
        change_variant(variant_id=variant_id, actor=actor_of(request), **wanted.validated_data)
        return Response(VariantShape(whole_variants().get(pk=variant_id)).data)


class VariantPrice(ProductsView):
    serializer_class = PriceShape

    @extend_schema(tags=["products"], request=PriceRequest, responses=PriceShape)
    def put(self, request: Request, variant: str, currency: str) -> Response:
        """Set what the variant costs in this currency from now on."""
        wanted = PriceRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        if currency not in CURRENCIES:
            raise InvalidInput(param="currency", reason=f"Choose a currency out of {', '.join(CURRENCIES)}.")
        price = set_price(
            variant_id=id_in_path("var", variant, VariantNotFound),
            price=Money(wanted.validated_data["minor"], currency),
            compare_at_minor=wanted.validated_data["compare_at_minor"],
            actor=actor_of(request),
        )
        return Response(PriceShape(price).data)


def new_variant(entry: dict[str, Any]) -> NewVariant:
    price = entry["price"]
    return NewVariant(
        sku=entry["sku"],
        name=entry["name"],
        price=Money(price["minor"], price["currency"]) if price else None,
        compare_at_minor=price["compare_at_minor"] if price else None,
        stock=entry["stock"],
    )
