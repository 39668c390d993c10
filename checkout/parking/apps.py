from django.apps import AppConfig


class ParkingConfig(AppConfig):
    name = "checkout.parking"
    label = "parking"
    default_auto_field = "django.db.models.BigAutoField"
