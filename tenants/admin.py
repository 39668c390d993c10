"""The platform's admin: brands, domains, members and people, for superusers, on the platform's host only.

Not here: anything inside a brand's schema.
"""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from tenants.models import Brand, Domain, Member, User
from tenants.selectors import forget_hosts


class SuperusersOnly(admin.ModelAdmin):
    """Staff of the platform without full rights see nothing here."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    has_view_permission = has_change_permission = lambda self, request, obj=None: self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # brands come by sign-up, members by invitation

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Brand)
class BrandAdmin(SuperusersOnly):
    list_display = ("name", "slug", "status", "contact_email", "created_at")
    list_filter = ("status",)
    search_fields = ("name", "slug", "contact_email")
    fields = (
        "name", "slug", "schema_name", "status", "contact_email", "stripe_account", "fee_basis_points", "created_at",
    )  # fmt: skip
    readonly_fields = ("name", "slug", "schema_name", "status", "contact_email", "created_at")
    actions = ("suspend", "resume")

    @admin.action(description="Suspend")
    def suspend(self, request: HttpRequest, brands: QuerySet[Brand]) -> None:
        brands.filter(status=Brand.Status.ACTIVE).update(status=Brand.Status.SUSPENDED)
        forget_hosts()

    @admin.action(description="Open again")
    def resume(self, request: HttpRequest, brands: QuerySet[Brand]) -> None:
        brands.filter(status=Brand.Status.SUSPENDED).update(status=Brand.Status.ACTIVE)
        forget_hosts()


@admin.register(Domain)
class DomainAdmin(SuperusersOnly):
    """Setting `verified_at` is how an operator switches a domain on after checking its records."""

    list_display = ("domain", "tenant", "kind", "is_primary", "verified_at")
    list_select_related = ("tenant",)
    search_fields = ("domain",)
    fields = ("domain", "tenant", "kind", "token", "claimed_at", "is_primary", "verified_at")
    readonly_fields = ("domain", "tenant", "kind", "token", "claimed_at")


@admin.register(Member)
class MemberAdmin(SuperusersOnly):
    list_display = ("user", "brand", "role", "joined_at")
    list_select_related = ("user", "brand")
    search_fields = ("user__email", "brand__slug")
    fields = ("user", "brand", "role", "joined_at")
    readonly_fields = fields


@admin.register(User)
class UserAdmin(SuperusersOnly):
    list_display = ("email", "first_name", "is_active", "is_superuser", "last_login")
    search_fields = ("email",)
    fields = ("email", "first_name", "is_active", "is_superuser", "last_login", "date_joined")
    readonly_fields = ("email", "is_superuser", "last_login", "date_joined")
