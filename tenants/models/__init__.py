"""The tables of the app, one noun a file."""

from tenants.models.api_key import ApiKey
from tenants.models.brand import Brand, ProvisioningStep
from tenants.models.domain import Domain
from tenants.models.member import Member, Role
from tenants.models.theme import Theme
from tenants.models.user import User

__all__ = ["ApiKey", "Brand", "Domain", "Member", "ProvisioningStep", "Role", "Theme", "User"]
