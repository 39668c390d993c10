"""Reads of the catalog: the door for the apps above."""

from catalog.selectors.offers import DropOffer, Offer, active_drop, offers
from catalog.selectors.prices import lowest_before, price_of
from catalog.selectors.stock import StockCheck, StockFault, verify_stock

__all__ = [
    "DropOffer",
    "Offer",
    "StockCheck",
    "StockFault",
    "active_drop",
    "lowest_before",
    "offers",
    "price_of",
    "verify_stock",
]
