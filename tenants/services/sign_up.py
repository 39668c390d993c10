"""Opening a brand: the account, the brand and its address in one transaction; then provisioning.

Not here: building the schema (provisioning).
"""

import re

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kernel import clock, signing
from kernel.errors import InvalidInput
from kernel.tasks import send_on_commit
from tenants.errors import EmailTaken, SlugInvalid, SlugReserved, SlugTaken
from tenants.models import Brand, Domain, Member, Role, Theme, User
from tenants.tasks import provision_brand

_SLUG = re.compile(r"[a-z0-9](?:-?[a-z0-9]){2,39}")
RESERVED = frozenset(
    "www api app admin platform studio live static media mail smtp imap ftp ns ns1 ns2 status help support docs "  # noqa: SIM905
    "blog account accounts billing cdn assets internal localhost vitrine".split()
)


def check_slug(slug: str) -> None:
    """Raises SlugInvalid, SlugReserved or SlugTaken (with a free suggestion)."""
    if not _SLUG.fullmatch(slug) or len(slug) > 40:
        raise SlugInvalid(param="slug")
    if slug in RESERVED:
        raise SlugReserved(param="slug")
    if Brand.objects.filter(slug=slug).exists():
        raise SlugTaken(param="slug", suggestion=_free_slug(slug))


def sign_up(*, name: str, slug: str, email: str, password: str, user: User | None = None) -> Brand:
    """Open a brand with its owner. `user` is who is signed in already, if anybody; else an account
    is made from e-mail and password.

    One transaction in `public`; provisioning is sent after the commit. Raises SlugInvalid,
    SlugReserved, SlugTaken, EmailTaken, InvalidInput (weak password).
    """
    slug = slug.strip().lower()
    check_slug(slug)
    try:
        with transaction.atomic():
            owner = user or _new_user(email, password)
            brand = Brand.objects.create(
                name=name.strip(), slug=slug, schema_name=schema_for(slug), contact_email=owner.email
            )
            Domain.objects.create(
                domain=f"{slug}.{settings.PLATFORM_HOST}", tenant=brand, is_primary=True, verified_at=clock.now()
            )
            Member.objects.create(brand=brand, user=owner, role=Role.OWNER)
            Theme.objects.create(brand=brand)
            send_on_commit(provision_brand, str(brand.pk))
    except (IntegrityError, ValidationError) as error:
        if "slug" in str(error) or "schema" in str(error):
            raise SlugTaken(param="slug", suggestion=_free_slug(slug)) from error
        if "user_email" in str(error):  # the same form sent twice at once
            raise EmailTaken(param="email") from error
        raise
    return brand


def schema_for(slug: str) -> str:
    """The PostgreSQL schema of a brand: its address with a prefix that keeps it out of our names."""
    return "b_" + slug.replace("-", "_")


def entry_ticket(brand: Brand, user: User) -> str:
    """A token that opens the brand's studio for this person once, within a minute."""
    return signing.sign("entry", {"brand": str(brand.pk), "user": user.pk, "at": clock.isoformat(clock.now())})


def _new_user(email: str, password: str) -> User:
    if User.objects.filter(email__iexact=email).exists():
        raise EmailTaken(param="email")
    candidate = User(email=email)
    try:
        validate_password(password, candidate)
    except ValidationError as error:
        raise InvalidInput(param="password", reason=" ".join(error.messages)) from error
    return User.objects.create_user(email, password)


def _free_slug(slug: str) -> str:
    """A free address near the wanted one."""
    taken = set(Brand.objects.filter(slug__startswith=slug[:36]).values_list("slug", flat=True))
    for suffix in ("live", "shop", "show", *map(str, range(2, 100))):
        candidate = f"{slug[:36].rstrip('-')}-{suffix}"
        if candidate not in taken:
            return candidate
    return f"{slug[:30]}-{len(taken) + 1}"
