"""The tables of the app, one noun a file."""

from tenants.models.api_key import ApiKey
from tenants.models.brand import Brand, ProvisioningStep
from tenants.models.domain import Domain
from tenants.models.invitation import Invitation
from tenants.models.member import Member, Role
from tenants.models.theme import Theme, ThemeRevision
from tenants.models.user import User

__all__ = [
    "ApiKey",
    "Brand",
    "Domain",
    "Invitation",
    "Member",
    "ProvisioningStep",
    "Role",
    "Theme",
    "ThemeRevision",
    "User",
]
