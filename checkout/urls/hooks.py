from django.urls import path

from checkout.views.hooks import provider_hook

urlpatterns = [path("", provider_hook, name="provider-hook")]
