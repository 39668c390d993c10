"""/studio/ of a brand's host: the front door, Theme and Settings.

Not here: shows, products and orders; their apps bring them.
"""

from django.urls import path

from tenants.views import home

urlpatterns = [
    path("", home.studio_home, name="studio-home"),
    path("account/", home.account, name="studio-account"),
]
