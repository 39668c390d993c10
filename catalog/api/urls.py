"""The catalog's part of /api/v1/."""

from django.urls import path

from catalog.api import draws, drops, imports, products, special_prices, stock

urlpatterns = [
    path("products/", products.Products.as_view()),
    path("products/export.csv", imports.ExportProducts.as_view()),
    path("products/<str:product>/", products.OneProduct.as_view()),
    path("products/<str:product>/archive/", products.ArchiveProduct.as_view()),
    path("products/<str:product>/variants/", products.ProductVariants.as_view()),
    path("products/<str:product>/images/", products.ProductImages.as_view()),
    path("images/<str:image>/", products.OneImage.as_view()),
    path("variants/", products.Variants.as_view()),
    path("variants/<str:variant>/", products.OneVariant.as_view()),
    path("variants/<str:variant>/prices/<str:currency>/", products.VariantPrice.as_view()),
    path("variants/<str:variant>/stock/", stock.VariantStock.as_view()),
    path("variants/<str:variant>/stock/receive/", stock.ReceiveStock.as_view()),
    path("variants/<str:variant>/stock/correct/", stock.CorrectStock.as_view()),
    path("variants/<str:variant>/stock/moves/", stock.StockMoves.as_view()),
    path("imports/", imports.Imports.as_view()),
    path("imports/<str:run>/", imports.OneImport.as_view()),
    path("imports/<str:run>/start/", imports.StartImport.as_view()),
    path("special-prices/", special_prices.SpecialPrices.as_view()),
    path("special-prices/<str:special>/", special_prices.OneSpecialPrice.as_view()),
    path("special-prices/<str:special>/open/", special_prices.OpenSpecialPrice.as_view()),
    path("special-prices/<str:special>/close/", special_prices.CloseSpecialPrice.as_view()),
    path("drops/", drops.Drops.as_view()),
    path("drops/<str:drop>/", drops.OneDrop.as_view()),
    path("drops/<str:drop>/announce/", drops.AnnounceDrop.as_view()),
    path("drops/<str:drop>/open/", drops.OpenDrop.as_view()),
    path("drops/<str:drop>/close/", drops.CloseDrop.as_view()),
    path("drops/<str:drop>/draw/", draws.DropDraw.as_view()),
]
