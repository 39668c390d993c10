"""The tenants' part of /api/v1/."""

from django.urls import path

from tenants.api import brand

urlpatterns = [path("brand/", brand.OneBrand.as_view(), name="api-brand")]
