"""Provider events that belong to no brand we know, kept in the platform's schema for a person to look at.

Not here: events of brands (checkout.models.payment).
"""
