"""Reads of the catalog: the door for the apps above."""

from catalog.selectors.offers import DropOffer, Offer, SpecialOffer, Tag, active_drop, offers
from catalog.selectors.prices import SalePrice, lowest_before, price_of, sale_price
from catalog.selectors.stock import StockCheck, StockFault, verify_stock

__all__ = [
    "DropOffer",
    "Offer",
    "SalePrice",
    "SpecialOffer",
    "StockCheck",
    "StockFault",
    "Tag",
    "active_drop",
    "lowest_before",
    "offers",
    "price_of",
    "sale_price",
    "verify_stock",
]
