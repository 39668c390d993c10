"""/studio/ of a brand's host: the front door, Theme and Settings.

Not here: shows, products and orders; their apps bring them.
"""

from django.urls import path

from tenants.views import entry, home, settings, theme

urlpatterns = [
    path("", home.studio_home, name="studio-home"),
    path("account/", home.account, name="studio-account"),
    path("enter/", entry.enter, name="studio-enter"),
    path("theme/", theme.theme, name="studio-theme"),
    path("theme/derived/", theme.derived, name="studio-theme-derived"),
    path("theme/logo/", theme.logo, name="studio-logo"),
    path("settings/", settings.settings_home, name="studio-settings"),
    path("settings/members/", settings.members, name="studio-members"),
    path("settings/members/<str:member_id>/", settings.member, name="studio-member"),
    path("settings/invitations/<str:invitation_id>/", settings.invitation, name="studio-invitation"),
    path("settings/domains/", settings.domains, name="studio-domains"),
    path("settings/keys/", settings.keys, name="studio-keys"),
    path("settings/keys/<str:key_id>/", settings.revoke_key, name="studio-key"),
    path("settings/brand/", settings.details, name="studio-details"),
]
