"""Where uploads go: a folder or a key prefix per brand, on disk or in a bucket.

Not here: what may be uploaded (each app checks and re-encodes).
"""

from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from storages.backends.s3 import S3Storage

from kernel.tenancy import current_schema


class BrandFiles(FileSystemStorage):
    """Files under MEDIA_ROOT/<schema>. The brand is asked for at each call: the library's cached
    location keeps the first brand's for ever."""

    @property
    def base_location(self) -> str:
        return str(Path(settings.MEDIA_ROOT) / current_schema())

    @property
    def location(self) -> str:
        return str(Path(self.base_location).resolve())

    @property
    def base_url(self) -> str:
        return str(settings.MEDIA_URL)


class BrandBucket(S3Storage):
    """Objects under <schema>/ in the bucket, by the same rule."""

    @property
    def location(self) -> str:
        return current_schema()

    @location.setter
    def location(self, value: str) -> None:
        """The base class assigns its default; the brand decides instead."""
