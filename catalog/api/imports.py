"""/api/v1/imports/ and the export: many products by one file.

Not here: how a file is read (product_rows).
"""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.lookup import StaffView, found, id_in_path
from catalog.api.shapes import ImportShape
from catalog.errors import ImportNotFound
from catalog.models import ImportRun
from catalog.product_rows import MOST_BYTES
from catalog.selectors.export import export_products
from catalog.services.imports import check_import, discard_import, start_import
from kernel.tenancy import current_brand
from tenants.api.actors import actor_of


class ImportRequest(serializers.Serializer[Any]):
    file = serializers.FileField()


class ImportsView(StaffView):
    read_scope, write_scope = "products:read", "products:write"
    serializer_class: Any = ImportShape


class Imports(ImportsView):
    parser_classes = [MultiPartParser]

    @extend_schema(tags=["imports"], request={"multipart/form-data": ImportRequest}, responses={201: ImportShape})
    def post(self, request: Request) -> Response:
        """Check a CSV. Nothing is imported; `faults` says what each broken row needs."""
        wanted = ImportRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        file = wanted.validated_data["file"]
        run = check_import(
            file_name=file.name,
            content=file.read(MOST_BYTES + 1),
            currency=current_brand().currency,
            actor=actor_of(request),
        )
        return Response(ImportShape(run).data, status=status.HTTP_201_CREATED)


class OneImport(ImportsView):
    @extend_schema(tags=["imports"], responses=ImportShape)
    def get(self, request: Request, run: str) -> Response:
        """How far it has come."""
        return Response(ImportShape(found(ImportRun.objects.all(), "imp", run, ImportNotFound)).data)

    @extend_schema(tags=["imports"], responses={204: None})
    def delete(self, request: Request, run: str) -> Response:
        """Forget a checked file."""
        discard_import(run_id=id_in_path("imp", run, ImportNotFound))
        return Response(status=status.HTTP_204_NO_CONTENT)


class StartImport(ImportsView):
    @extend_schema(tags=["imports"], request=None, responses=ImportShape)
    def post(self, request: Request, run: str) -> Response:
        """Import the good rows. More than 200 go on in the background; ask again how far."""
        return Response(ImportShape(start_import(run_id=id_in_path("imp", run, ImportNotFound))).data)


class ExportProducts(ImportsView):
    @extend_schema(tags=["imports"], responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request) -> HttpResponse:
        """Every variant as the file that an import takes."""
        return csv_answer(export_products(current_brand().currency), "products.csv")


def csv_answer(text: str, name: str) -> HttpResponse:
    """A file to keep. The mark in front makes spreadsheets read it as UTF-8."""
    response = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
