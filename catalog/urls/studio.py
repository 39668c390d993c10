"""The studio's pages of products, below /studio/."""

from django.urls import path

from catalog.views import studio_imports, studio_prices, studio_products, studio_stock

urlpatterns = [
    path("products/", studio_products.products, name="studio-products"),
    path("products/new/", studio_products.new_product, name="studio-product-new"),
    path("products/export.csv", studio_imports.export, name="studio-products-export"),
    path("products/import/", studio_imports.upload, name="studio-import-new"),
    path("products/import/<str:import_id>/", studio_imports.one_import, name="studio-import"),
    path("products/import/<str:import_id>/start/", studio_imports.start, name="studio-import-start"),
    path("products/import/<str:import_id>/discard/", studio_imports.discard, name="studio-import-discard"),
    path("products/import/<str:import_id>/rows.csv", studio_imports.broken_file, name="studio-import-rows"),
    path("products/<str:product_id>/", studio_products.product, name="studio-product"),
    path("products/<str:product_id>/prices/", studio_prices.prices, name="studio-product-prices"),
    path("products/<str:product_id>/edit/", studio_products.edit_product, name="studio-product-edit"),
    path("products/<str:product_id>/archive/", studio_products.archive, name="studio-product-archive"),
    path("products/<str:product_id>/variants/", studio_products.add_product_variant, name="studio-variant-new"),
    path("products/<str:product_id>/variants/<str:variant_id>/", studio_products.edit_variant, name="studio-variant"),
    path("products/<str:product_id>/pictures/", studio_products.add_picture, name="studio-picture-new"),
    path("products/<str:product_id>/pictures/<str:image_id>/", studio_products.remove_picture, name="studio-picture"),
    path("stock/<str:variant_id>/", studio_stock.journal, name="studio-stock"),
    path("stock/<str:variant_id>/receive/", studio_stock.receive, name="studio-stock-receive"),
    path("stock/<str:variant_id>/correct/", studio_stock.correct, name="studio-stock-correct"),
]
