"""What a browser may load, and how it must come here.

Not here: per-brand rules for embeds; `frame-ancestors` is none everywhere.
"""

from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF

from config.settings.env import ENV, IS_PRODUCTION

_stripe = urlsplit(ENV["STRIPE_JS_URL"])
_payments = f"{_stripe.scheme}://{_stripe.netloc}"
_stripe_hosts = (
    [_payments, "https://api.stripe.com", "https://hooks.stripe.com"] if _stripe.scheme == "https" else [_payments]
)
# Where the studio's "Set up payments" leads: a form may only be sent on to an address that is named here.
_payments_set_up = "https://connect.stripe.com" if _stripe.scheme == "https" else _payments
_vite = [ENV["VITRINE_VITE_ORIGIN"]] if ENV["VITRINE_VITE_ORIGIN"] else []

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE, _payments, *_vite],
        "style-src": [SELF, NONCE, *_vite],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF, *_vite],
        "connect-src": [SELF, *_stripe_hosts, *_vite],
        "frame-src": [SELF, *_stripe_hosts],
        "worker-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF, _payments_set_up],
        "frame-ancestors": [SELF],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin-allow-popups"
if IS_PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^internal/"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
if ENV["VITRINE_TRUSTED_PROXIES"] != "0":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
