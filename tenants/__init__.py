"""Brands, their people, addresses, themes and keys; sign-up and provisioning.

Not here: anything a brand sells or shows. These tables live in `public`.
"""
