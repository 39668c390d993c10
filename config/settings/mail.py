"""Mail, from the one EMAIL_URL.

Not here: the mails (each app's templates).
"""

from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings.env import ENV

_url = urlsplit(ENV["EMAIL_URL"])
_BACKENDS = {
    "console": "django.core.mail.backends.console.EmailBackend",
    "memory": "django.core.mail.backends.locmem.EmailBackend",
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "smtps": "django.core.mail.backends.smtp.EmailBackend",
}
if _url.scheme not in _BACKENDS:
    raise ImproperlyConfigured(f"EMAIL_URL begins with {_url.scheme!r}; known are: {', '.join(_BACKENDS)}")
EMAIL_BACKEND = _BACKENDS[_url.scheme]
EMAIL_HOST = _url.hostname or "localhost"
EMAIL_PORT = _url.port or (465 if _url.scheme == "smtps" else 587)
EMAIL_HOST_USER = unquote(_url.username or "")
EMAIL_HOST_PASSWORD = unquote(_url.password or "")
EMAIL_USE_SSL = _url.scheme == "smtps"
EMAIL_USE_TLS = _url.scheme == "smtp" and bool(_url.username)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENV["VITRINE_MAIL_FROM"]
