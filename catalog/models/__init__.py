"""The tables of the app, one noun a file."""

from catalog.models.collection import Collection
from catalog.models.drop import Drop
from catalog.models.image import ProductImage
from catalog.models.import_ import ImportRun
from catalog.models.line import Draw, Place
from catalog.models.price import Price, PriceChange
from catalog.models.product import Product
from catalog.models.special_price import SpecialPrice
from catalog.models.stock import Stock, StockMove
from catalog.models.variant import Variant

__all__ = [
    "Collection",
    "Draw",
    "Drop",
    "ImportRun",
    "Place",
    "Price",
    "PriceChange",
    "Product",
    "ProductImage",
    "SpecialPrice",
    "Stock",
    "StockMove",
    "Variant",
]
