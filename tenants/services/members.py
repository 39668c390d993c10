"""Who works for a brand: inviting, joining, changing a role, leaving.

Not here: what a role may do (tenants.studio, tenants.api.permissions).
"""

import datetime as dt
import uuid
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kernel import clock, signing
from kernel.errors import InvalidInput, NotFound
from kernel.eventlog.store import SHOP_TOPIC, append
from kernel.locks import advisory_lock, lock_timeout
from kernel.tasks import send_on_commit
from kernel.tenancy import brand_context
from tenants.errors import AccountExists, AlreadyMember, InvitationGone, LastOwner
from tenants.events import MemberInvited, MemberJoined, MemberRemoved, MemberRoleChanged
from tenants.models import Brand, Invitation, Member, Role, User
from tenants.tasks import mail_invitation

INVITATION_LIFETIME = dt.timedelta(days=7)
_PURPOSE = "invitation"


def invite_member(*, brand: Brand, email: str, role: Role, invited_by: User, actor: str) -> Invitation:
    """Ask somebody by e-mail; asking again sends a new mail with the new role.

    Raises AlreadyMember. One open invitation an address, also for two requests at once.
    """
    email = User.objects.normalize_email(email.strip())
    with transaction.atomic():
        advisory_lock("invite", email.lower())
        if Member.objects.filter(brand=brand, user__email__iexact=email).exists():
            raise AlreadyMember(param="email", email=email)
        invitation = Invitation.objects.filter(
            brand=brand, email__iexact=email, accepted_at=None, withdrawn_at=None
        ).first() or Invitation(brand=brand, email=email)
        invitation.role, invitation.invited_by, invitation.sent_at = role, invited_by, clock.now()
        invitation.save()
        send_on_commit(mail_invitation, str(invitation.pk))
        append(MemberInvited(invitation_id=invitation.public_id, role=role), topic=SHOP_TOPIC, actor=actor)
    return invitation


def withdraw_invitation(*, brand: Brand, invitation_id: uuid.UUID) -> None:
    """Make the link in the mail worthless. Doing it twice changes nothing."""
    Invitation.objects.filter(pk=invitation_id, brand=brand, accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=clock.now()
    )


def invitation_token(invitation: Invitation) -> str:
    """The part of the link that names the invitation and when its mail was written."""
    with brand_context(invitation.brand):
        return signing.sign(_PURPOSE, {"id": str(invitation.pk)})


def read_invitation(*, brand: Brand, token: str) -> Invitation:
    """The open invitation behind a link. Raises InvitationGone for a used, old or foreign one."""
    with brand_context(brand):
        payload = signing.unsign(_PURPOSE, token, max_age=INVITATION_LIFETIME)
    invitation = (
        Invitation.objects.filter(pk=payload["id"], brand=brand, accepted_at=None, withdrawn_at=None).first()
        if payload
        else None
    )
    if invitation is None:
        raise InvitationGone
    return invitation


def accept_invitation(*, brand: Brand, token: str, user: User | None, name: str = "", password: str = "") -> Member:
    """Join the brand as who is signed in, or with an account made from name and password.

    The link came to the invited address, so that holding it proves the address. Raises
    InvitationGone, InvalidInput (weak password), AccountExists; locks the invitation.
    """
    with transaction.atomic(), lock_timeout():
        pk = read_invitation(brand=brand, token=token).pk
        invitation = Invitation.objects.select_for_update().filter(pk=pk, accepted_at=None, withdrawn_at=None).first()
        if invitation is None:
            raise InvitationGone
        person = user or _new_person(invitation.email, name, password)
        member, is_new = Member.objects.get_or_create(brand=brand, user=person, defaults={"role": invitation.role})
        invitation.accepted_at = clock.now()
        invitation.save(update_fields=["accepted_at"])
        if is_new:
            append(
                MemberJoined(member_id=member.public_id, name=person.display_name, role=member.role),
                topic=SHOP_TOPIC,
                actor=f"member:{member.public_id}",
            )
    return member


def change_role(*, brand: Brand, member_id: uuid.UUID, role: Role, actor: str) -> Member:
    """Give a member another role. Raises NotFound, and LastOwner for the only owner; locks the owners."""
    with transaction.atomic(), lock_timeout():
        member = _locked(brand, member_id)
        if member.role == role:
            return member
        if member.role == Role.OWNER:
            _guard_last_owner(brand, member)
        member.role = role
        member.save(update_fields=["role"])
        append(MemberRoleChanged(member_id=member.public_id, role=role), topic=SHOP_TOPIC, actor=actor)
    return member


def remove_member(*, brand: Brand, member_id: uuid.UUID, actor: str) -> None:
    """Take somebody off the brand; their next request is refused. The account stays theirs.

    Raises NotFound, and LastOwner for the only owner; locks the owners.
    """
    with transaction.atomic(), lock_timeout():
        member = _locked(brand, member_id)
        if member.role == Role.OWNER:
            _guard_last_owner(brand, member)
        public_id = member.public_id
        member.delete()
        append(MemberRemoved(member_id=public_id), topic=SHOP_TOPIC, actor=actor)


def _locked(brand: Brand, member_id: uuid.UUID) -> Member:
    """The member, with all owners of the brand locked: two owners who demote each other at once
    would otherwise both find another owner."""
    rows = Member.objects.select_for_update(of=("self",)).filter(brand=brand).order_by("pk")
    list(rows.filter(role=Role.OWNER))
    member = rows.filter(pk=member_id).select_related("user").first()
    if member is None:
        raise NotFound
    return member


def _guard_last_owner(brand: Brand, member: Member) -> None:
    if not Member.objects.filter(brand=brand, role=Role.OWNER).exclude(pk=member.pk).exists():
        raise LastOwner


def _new_person(email: str, name: str, password: str) -> User:
    candidate = User(email=email, first_name=name.strip()[:150])
    try:
        validate_password(password, candidate)
    except ValidationError as error:
        raise InvalidInput(param="password", reason=" ".join(error.messages)) from error
    try:
        with transaction.atomic():
            return User.objects.create_user(email, password, first_name=candidate.first_name)
    except IntegrityError as error:  # another brand's invitation was accepted a moment ago
        raise AccountExists from error


def accept_url(invitation: Invitation) -> str:
    """The path of the link in the mail, on the brand's host."""
    return f"/join/{invitation_token(invitation)}/"


def from_address(brand: Brand) -> str:
    """The sender of a brand's mails: its name, the platform's address."""
    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((" ".join(brand.name.split()), address))
