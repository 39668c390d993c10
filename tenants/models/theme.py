"""What a brand looks like: six inputs, the tokens derived from them, and the published CSS."""

from django.db import models
from django.db.models.functions import Now

from tenants.models.brand import Brand

HOUSE = {"accent": "#1d1d1b", "surface": "#f7f7f5", "ink": "#1a1a19", "font": "house", "radius": 4}
FONTS = ("house", "editorial", "sturdy", "neutral", "classic", "friendly", "technical", "gallery")


class Theme(models.Model):
    """`css` is the published style sheet, served under `content_hash`; older hashes stay readable."""

    brand = models.OneToOneField(Brand, on_delete=models.CASCADE, related_name="theme", primary_key=True)
    accent = models.CharField(max_length=7, default=HOUSE["accent"])
    surface = models.CharField(max_length=7, default=HOUSE["surface"])
    ink = models.CharField(max_length=7, default=HOUSE["ink"])
    font = models.CharField(max_length=12, default=HOUSE["font"], choices=[(key, key) for key in FONTS])
    radius = models.PositiveSmallIntegerField(default=4)
    logo = models.CharField(max_length=200, blank=True)  # storage names of the re-encoded uploads
    logo_night = models.CharField(max_length=200, blank=True)
    mark = models.CharField(max_length=200, blank=True)
    tokens = models.JSONField(default=dict)
    css = models.TextField(blank=True)
    content_hash = models.CharField(max_length=16, blank=True)
    published_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(radius__lte=16), name="theme_radius_at_most_16"),
        ]
