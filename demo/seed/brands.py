"""A staged brand with its people: signed up, opened, themed, invited. What is there already stays.

Not here: its goods (goods) and shows (shows, past, tonight).
"""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import CommandError

from demo.film import ART
from demo.stage import ADMIN_EMAIL, PASSWORD
from demo.stage.pieces import StagedBrand, StagedPerson
from kernel.tenancy import brand_context, public_context
from tenants.models import Brand, Member, Role, Theme, User
from tenants.services.brand_details import update_brand
from tenants.services.logos import Kind, replace_logo
from tenants.services.members import accept_invitation, invitation_token, invite_member
from tenants.services.provisioning import provision
from tenants.services.sign_up import sign_up
from tenants.services.theme import ThemeInputs, publish_theme

_LOGOS: tuple[Kind, ...] = ("logo", "logo_night", "mark")


def ensure_admin() -> None:
    """Somebody who may open the platform's admin."""
    with public_context():
        if not User.objects.filter(email=ADMIN_EMAIL).exists():
            User.objects.create_superuser(ADMIN_EMAIL, PASSWORD, first_name="Platform")


def ensure_brand(staged: StagedBrand) -> Brand:
    """The open brand with its theme and members."""
    with public_context():
        brand = Brand.objects.filter(slug=staged.slug).first() or sign_up(
            name=staged.name, slug=staged.slug, email=staged.owner.email, password=PASSWORD
        )
        _refuse_strangers(brand, staged)
        # Before the first contents, which are priced in the brand's currency.
        brand = _ensure_details(brand, staged)
        provision(brand)
    look = staged.theme
    publish_theme(brand=brand, inputs=ThemeInputs(look.accent, look.surface, look.ink, look.font, look.radius))
    _ensure_logos(brand, staged)
    for person in staged.people:
        _ensure_member(brand, person, invited_by=staged.owner)
    return brand


def _refuse_strangers(brand: Brand, staged: StagedBrand) -> None:
    """On a database of one's own, somebody's real brand may live at the staged one's address."""
    if not Member.objects.filter(brand=brand, role=Role.OWNER, user__email=staged.owner.email).exists():
        raise CommandError(
            f"There is a brand at {staged.slug}, and it is not the demo's. Give the demo a database of its own."
        )


def _ensure_details(brand: Brand, staged: StagedBrand) -> Brand:
    wanted = (staged.currency, staged.country, staged.time_zone, staged.owner.email)
    if (brand.currency, brand.country, brand.time_zone, brand.contact_email) == wanted:
        return brand
    return update_brand(
        brand=brand,
        name=staged.name,
        contact_email=staged.owner.email,
        currency=staged.currency,
        language="en",
        time_zone=staged.time_zone,
        country=staged.country,
    )


def _ensure_logos(brand: Brand, staged: StagedBrand) -> None:
    """The same drawing gives the same name, so that only what is missing is drawn."""
    theme = Theme.objects.get(pk=brand.pk)
    for kind in _LOGOS:
        if not getattr(theme, kind):
            drawing = ART / f"{staged.slug}-{kind.replace('_', '-')}.png"
            replace_logo(brand=brand, kind=kind, upload=SimpleUploadedFile(drawing.name, drawing.read_bytes()))


def _ensure_member(brand: Brand, person: StagedPerson, *, invited_by: StagedPerson) -> None:
    with public_context():
        member = Member.objects.select_related("user").filter(brand=brand, user__email=person.email).first()
    if member is None:
        member = _join(brand, person, User.objects.get(email=invited_by.email))
    if (member.user.first_name, member.user.last_name, member.title) != (
        person.first_name,
        person.last_name,
        person.title,
    ):
        User.objects.filter(pk=member.user_id).update(first_name=person.first_name, last_name=person.last_name)
        Member.objects.filter(pk=member.pk).update(title=person.title)


def _join(brand: Brand, person: StagedPerson, inviter: User) -> Member:
    """By an invitation, as everybody joins."""
    with brand_context(brand):
        invitation = invite_member(
            brand=brand, email=person.email, role=Role(person.role), invited_by=inviter, actor="system"
        )
        return accept_invitation(
            brand=brand,
            token=invitation_token(invitation),
            user=User.objects.filter(email=person.email).first(),
            name=f"{person.first_name} {person.last_name}".strip(),
            password=PASSWORD,
        )
