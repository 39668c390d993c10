"""A hold as an ordinary Django project has it: middleware, a view, models, a guarded UPDATE. A WSGI application.

Runs under gunicorn with threads in the peers' own environment, with pooled connections. The viewer's cookie is ours
and is checked as we check it. The tables are copies of ours (benchmarks/clerk.py).
"""

import datetime as dt
import hashlib
import json
import os
import uuid
from typing import Any

import django
from django.conf import settings

if not settings.configured:
    address = os.environ["PEER_DATABASE"].split("|")
    settings.configure(
        ALLOWED_HOSTS=["*"],
        SECRET_KEY=os.environ["PEER_SECRET"],
        ROOT_URLCONF=__name__,
        USE_TZ=True,
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": address[0],
                "NAME": address[1],
                "USER": address[2],
                "OPTIONS": {
                    "options": f"-c search_path={os.environ['PEER_SCHEMA']} -c synchronous_commit=on",
                    "pool": {"min_size": 16, "max_size": 16, "timeout": 60},
                },
            }
        },
    )
    django.setup()

from django.core import signing
from django.core.wsgi import get_wsgi_application
from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone

COOKIE, SALT = os.environ["PEER_COOKIE"], os.environ["PEER_SALT"]


class Stock(models.Model):
    objects: models.Manager["Stock"] = models.Manager()
    variant_id = models.UUIDField(primary_key=True)
    available = models.IntegerField()
    held = models.IntegerField()

    class Meta:
        app_label, managed, db_table = "shop", False, "stock"


class Hold(models.Model):
    objects: models.Manager["Hold"] = models.Manager()
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    variant_id = models.UUIDField()
    quantity = models.IntegerField(default=1)
    unit_minor = models.IntegerField(default=3800)
    currency = models.CharField(max_length=3, default="EUR")
    viewer_key = models.CharField(max_length=40)
    status = models.CharField(max_length=9, default="active")
    extended = models.BooleanField(default=False)
    expires_at = models.DateTimeField()

    class Meta:
        app_label, managed, db_table = "shop", False, "hold"


class Event(models.Model):
    objects: models.Manager["Event"] = models.Manager()
    event_id = models.UUIDField(default=uuid.uuid4)
    topic = models.CharField(max_length=80, default="shop")
    type = models.CharField(max_length=60, default="hold.created")
    version = models.SmallIntegerField(default=1)
    data = models.JSONField()
    actor = models.CharField(max_length=80)
    to = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        app_label, managed, db_table = "shop", False, "event"


class Idempotency(models.Model):
    objects: models.Manager["Idempotency"] = models.Manager()
    caller = models.CharField(max_length=80)
    route = models.CharField(max_length=120)
    key = models.CharField(max_length=255)
    body_hash = models.CharField(max_length=64)
    status = models.SmallIntegerField()
    body = models.BinaryField()
    content_type = models.CharField(max_length=80, default="application/json")
    started_at = models.DateTimeField()

    class Meta:
        app_label, managed, db_table = "shop", False, "idempotency"


@transaction.atomic
def hold(request: HttpRequest) -> JsonResponse:
    """Take a unit if there is one, write the rest down, answer."""
    viewer = signing.loads(request.COOKIES[COOKIE], salt=SALT)["v"]
    variant = Stock.objects.values_list("pk", flat=True).get()
    if not Stock.objects.filter(pk=variant, available__gte=1).update(available=F("available") - 1, held=F("held") + 1):
        return JsonResponse({"code": "sold_out"}, status=409)
    row = Hold.objects.create(variant_id=variant, viewer_key=viewer, expires_at=Now() + dt.timedelta(minutes=5))
    row.refresh_from_db(fields=["expires_at"])
    answer: dict[str, Any] = {
        "id": str(row.pk), "status": row.status, "variant": str(variant), "quantity": row.quantity,
        "unit_price_minor": row.unit_minor, "currency": row.currency, "expires_at": row.expires_at.isoformat(),
    }  # fmt: skip
    Event.objects.create(data=answer, actor=f"viewer:{viewer}", to=viewer, at=timezone.now())
    Idempotency.objects.create(
        caller=viewer,
        route=request.path,
        key=request.headers["Idempotency-Key"],
        body_hash=hashlib.sha256(request.body).hexdigest(),
        status=201,
        body=json.dumps(answer).encode(),
        started_at=timezone.now(),
    )
    return JsonResponse(answer, status=201)


urlpatterns = [path("api/v1/holds/", hold)]
application = get_wsgi_application()
