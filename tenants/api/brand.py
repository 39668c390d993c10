"""GET /api/v1/brand/: the public card of the brand that this host is.

Not here: who works there and how it is set up; that is for the studio.
"""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.api.permissions import Public
from tenants.models import Brand
from tenants.selectors import primary_address


class BrandCard(serializers.Serializer[Brand]):
    """What anybody may know of a brand; empty texts where nothing is set."""

    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    url = serializers.URLField()
    currency = serializers.CharField(help_text="ISO 4217")
    currencies = serializers.ListField(child=serializers.CharField(), help_text="All that are offered, its own first.")
    language = serializers.CharField()
    time_zone = serializers.CharField()
    contact_email = serializers.EmailField(allow_blank=True)
    theme_css_url = serializers.CharField(source="theme.css_url")
    font = serializers.CharField()
    logo_url = serializers.CharField(allow_blank=True)


class OneBrand(APIView):
    permission_classes = (Public,)

    @extend_schema(operation_id="brand_read", responses=BrandCard, tags=["brand"])
    def get(self, request: Request) -> Response:
        """The brand of this host."""
        brand: Brand = request._request.brand  # type: ignore[attr-defined]
        brand.url = primary_address(brand).base_url
        return Response(BrandCard(brand).data)
