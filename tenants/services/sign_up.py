"""Opening a brand: the account, the brand and its address in one transaction; then provisioning.

Not here: building the schema (provisioning).
"""

import itertools
import re

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kernel import clock, signing
from kernel.constraints import broken_rule
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
    except IntegrityError as error:  # somebody was faster by a moment
        if "user_email" in broken_rule(error):
            raise EmailTaken(param="email") from error
        raise SlugTaken(param="slug", suggestion=_free_slug(slug)) from error
    except ValidationError as error:  # the library asks for the schema's name before PostgreSQL does
        raise SlugTaken(param="slug", suggestion=_free_slug(slug)) from error
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
    stem = slug[:35].rstrip("-")  # five characters are left for a hyphen and the suffix
    taken = set(Brand.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    suffixes = itertools.chain(("live", "shop", "show"), itertools.count(2))
    return next(free for suffix in suffixes if (free := f"{stem}-{suffix}") not in taken)
