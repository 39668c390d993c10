"""Signing in with a code sent by mail, and out again: no password is kept, and no answer tells who is known.

Not here: the cookie (kernel.viewers) and the pages (views/account.py).
"""

import datetime as dt
import hashlib
import hmac
import secrets

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from checkout.errors import MailAway, SignInCodeWrong
from checkout.models import Customer, Hold, Order, SignInCode
from checkout.services.mails import send_sign_in_code
from kernel import ratelimit
from kernel.tenancy import current_schema
from kernel.viewers import Viewer

LIFETIME = dt.timedelta(minutes=10)
TRIES = 5

log = structlog.get_logger(__name__)


def request_code(*, email: str, address: str) -> None:
    """Mail a new code; older ones stop working. Raises RateLimited: 5 an hour to a mailbox, 20 from
    an address. Says nothing of whether the shop knows the mailbox. Raises MailAway."""
    email = email.strip().lower()
    ratelimit.require("sign-in-mail", email, limit=5, seconds=3600)
    ratelimit.require("sign-in-from", address, limit=20, seconds=3600)
    code = f"{secrets.randbelow(10**6):06d}"
    with transaction.atomic():
        SignInCode.objects.filter(email=email, used_at=None).update(used_at=Now())
        SignInCode.objects.create(email=email, code_hash=_hash(email, code), expires_at=Now() + LIFETIME)
    try:
        send_sign_in_code(email=email, code=code)
    except OSError as error:
        log.warning("sign_in.mail_failed", error=str(error))
        raise MailAway(retry_after=60) from error


def sign_in(*, viewer: Viewer, email: str, code: str, address: str) -> Viewer:
    """The viewer as the customer whose mailbox this is. Each try is counted before it is compared,
    so that five at once are five. Raises SignInCodeWrong, RateLimited."""
    email = email.strip().lower()
    ratelimit.require("sign-in-try", address, limit=30, seconds=600)
    open_codes = SignInCode.objects.filter(email=email, used_at=None, expires_at__gt=Now())
    if not open_codes.filter(tries__lt=TRIES).update(tries=F("tries") + 1):
        raise SignInCodeWrong(param="code")
    sent = open_codes.order_by("-created_at").first()
    if sent is None or not hmac.compare_digest(sent.code_hash, _hash(email, code.strip())):
        raise SignInCodeWrong(param="code")
    with transaction.atomic():
        if not open_codes.filter(pk=sent.pk).update(used_at=Now()):
            raise SignInCodeWrong(param="code")
        customer, _ = Customer.objects.get_or_create(email=email)
        Customer.objects.filter(pk=customer.pk).update(proved_at=Now())
        Hold.objects.filter(viewer_key=viewer.key, status=Hold.Status.ACTIVE).update(customer=customer)
    return viewer.signed_in(customer.pk)


def sign_out(*, viewer: Viewer) -> Viewer:
    """The viewer as nobody's. What this browser holds stays its own; the addresses that were typed in
    here are not shown here again."""
    Order.objects.filter(viewer_key=viewer.key, is_remembered=True).update(is_remembered=False)
    return viewer.signed_in(None)


def _hash(email: str, code: str) -> str:
    text = f"{current_schema()} {email} {code}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
