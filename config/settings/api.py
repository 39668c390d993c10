"""The REST API: authentication, errors, pages, limits, its description.

Not here: endpoints (each app's api/).
"""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["tenants.api.auth.ApiKeyAuthentication", "tenants.api.auth.MemberSession"],
    "DEFAULT_PERMISSION_CLASSES": ["tenants.api.permissions.Closed"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["kernel.bodies.JsonBody"],
    "DEFAULT_PAGINATION_CLASS": "kernel.pagination.Pages",
    "DEFAULT_THROTTLE_CLASSES": ["kernel.ratelimit.ApiThrottle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "kernel.problems.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "DATETIME_FORMAT": "iso-8601",
    "STRICT_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Vitrine API",
    "DESCRIPTION": "Shows, line-ups, products, stock, drops, holds and orders of one brand. "
    "The brand is the host: call the API on the brand's own address.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "REDOC_DIST": "SIDECAR",
    "SERVE_URLCONF": "config.urls.brand",
    "SERVE_PUBLIC": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.openapi.title_operations",
    ],
    "ENUM_NAME_OVERRIDES": {
        "BanRequestKind": ["ban", "shadow"],
        "CueKind": "streams.models.CueKind",
        "CouponKind": "checkout.models.coupon.Coupon.Kind",
        "SpecialPriceKind": "catalog.models.special_price.SpecialPrice.Kind",
        "DropList": "catalog.models.Drop.List",
        "ProductStatus": "catalog.models.Product.Status",
        "DropStatus": "catalog.models.Drop.Status",
        "ShowStatus": "streams.models.ShowStatus",
    },
}
