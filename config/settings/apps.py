"""Which apps live in `public` and which in each brand's schema.

Not here: anything else. A brand's app never stands in SHARED_APPS: its tables must not exist there.
"""

from config.settings.env import IS_PRODUCTION

SHARED_APPS = (
    "django_tenants",
    "tenants",
    "checkout.parking",  # the provider's events that no brand claims
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
)
TENANT_APPS = (
    "kernel.eventlog",
    "kernel.idempotency",
    "catalog",
    "streams",
    "checkout",
    "chat",
)
# The demo has a command and no tables; a real server does not know it.
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS, *([] if IS_PRODUCTION else ["demo"])]

TENANT_MODEL = "tenants.Brand"
TENANT_DOMAIN_MODEL = "tenants.Domain"
# A new brand is a copy of this schema, which `migrate_schemas` keeps at the newest level.
TENANT_BASE_SCHEMA = "brand_template"
TENANT_LIMIT_SET_CALLS = True  # one SET search_path a connection and brand, not one a cursor
DATABASE_ROUTERS = ("django_tenants.routers.TenantSyncRouter",)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
