"""Stripe, or the sandbox server that speaks its language.

Not here: amounts and fees (checkout).
"""

from config.settings.env import ENV

STRIPE_SECRET_KEY = ENV["STRIPE_SECRET_KEY"] or "sk_test_sandbox"
STRIPE_PUBLISHABLE_KEY = ENV["STRIPE_PUBLISHABLE_KEY"] or "pk_test_sandbox"
STRIPE_WEBHOOK_SECRET = ENV["STRIPE_WEBHOOK_SECRET"]
STRIPE_API_BASE = ENV["STRIPE_API_BASE"]
STRIPE_JS_URL = ENV["STRIPE_JS_URL"]
BRAND_ACCOUNTS = ENV["VITRINE_BRAND_ACCOUNTS"]
PLATFORM_FEE_BASIS_POINTS = int(ENV["VITRINE_PLATFORM_FEE_BASIS_POINTS"])
