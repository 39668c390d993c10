"""Requests: middleware, urls, templates, languages.

Not here: who may sign in (auth) and what a browser may load (security).
"""

from urllib.parse import urlsplit

from config.settings.env import BASE_DIR, ENV, ENVIRONMENT

DEBUG = False
IS_DEMO = ENVIRONMENT == "demo"
SECRET_KEY = ENV["VITRINE_SECRET_KEY"]

PLATFORM_URL = ENV["VITRINE_PLATFORM_URL"].rstrip("/")
PLATFORM_HOST = urlsplit(PLATFORM_URL).hostname or ""
DRAIN_SECONDS = int(ENV["VITRINE_DRAIN_SECONDS"])
TRUSTED_PROXIES = int(ENV["VITRINE_TRUSTED_PROXIES"])
# Which hosts exist is decided by the brand middleware, from the table of domains.
ALLOWED_HOSTS = ["*"]

ROOT_URLCONF = "config.urls.brand"
PUBLIC_SCHEMA_URLCONF = "config.urls.platform"
ASGI_APPLICATION = "config.asgi.application"
APPEND_SLASH = True

MIDDLEWARE = [
    "kernel.requestid.RequestIdMiddleware",
    "config.middleware.CallerMiddleware",
    "config.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.AddressMiddleware",
    "config.body_limits.BodyLimitMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tenants.middleware.BrandMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.ApiHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tenants.middleware.HostBoundSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.errors.ProblemMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "tenants.context.brand",
            ],
            "builtins": [
                "config.templatetags.assets",
                "config.templatetags.clocks",
                "config.templatetags.countries",
                "config.templatetags.icons",
                "config.templatetags.payments",
                "config.templatetags.shows",
                "config.templatetags.words",
            ],
        },
    }
]
if ENVIRONMENT == "development":
    TEMPLATES[0]["OPTIONS"]["loaders"] = [  # type: ignore[index]
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("ar", "العربية")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
