"""Static files and uploads: on disk, or in any S3-compatible store.

Not here: live segments (media).
"""

from typing import Any

from config.settings.env import BASE_DIR, ENV, ENVIRONMENT, LOCAL_DIR

STATIC_URL = "/static/"
STATICFILES_DIRS = [path for path in (BASE_DIR / "static",) if path.exists()]
MEDIA_URL = "/media/"
MEDIA_ROOT = LOCAL_DIR / "uploads"
# Served from where they lie: the build and the apps' own files, found once at the start.
WHITENOISE_USE_FINDERS = True
# Vite puts a hash of the content into these names.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/build/assets/.+-[\w-]{8}\.\w+$"
# The front end is built anew beside the running server only in development.
WHITENOISE_AUTOREFRESH = ENVIRONMENT == "development"
VITE_MANIFEST = BASE_DIR / "static" / "build" / "manifest.json"
# What the home page shows as proof; it comes with the version, not from this machine.
BENCHMARK_RESULTS = BASE_DIR / "benchmarks" / "results"
VITE_ORIGIN = ENV["VITRINE_VITE_ORIGIN"]

_uploads: dict[str, Any] = {"BACKEND": "kernel.storage.BrandFiles"}
if ENV["S3_BUCKET"]:
    _uploads = {
        "BACKEND": "kernel.storage.BrandBucket",
        "OPTIONS": {
            "bucket_name": ENV["S3_BUCKET"],
            "endpoint_url": ENV["S3_ENDPOINT_URL"] or None,
            "region_name": ENV["S3_REGION"],
            "access_key": ENV["S3_ACCESS_KEY_ID"] or None,
            "secret_key": ENV["S3_SECRET_ACCESS_KEY"] or None,
            "querystring_auth": False,
            "file_overwrite": False,
        },
    }
STORAGES = {
    "default": _uploads,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
