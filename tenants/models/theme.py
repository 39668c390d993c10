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

    @property
    def css_url(self) -> str:
        """Where the published style sheet is, or nothing before the first publication."""
        return f"/theme/{self.content_hash}.css" if self.content_hash else ""

    @property
    def accent_night(self) -> str:
        """The accent by night, as published; the day's until then."""
        return str(self.tokens.get("--vt-brand-accent-night", self.accent))

    @property
    def logo_url(self) -> str:
        return f"/brand/{self.logo}" if self.logo else ""

    @property
    def logo_night_url(self) -> str:
        return f"/brand/{self.logo_night}" if self.logo_night else ""

    @property
    def mark_url(self) -> str:
        return f"/brand/{self.mark}" if self.mark else ""


class ThemeRevision(models.Model):
    """A published style sheet under its hash, kept so that a page loaded before the next
    publication still finds its colours. Never changed."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="theme_revisions")
    content_hash = models.CharField(max_length=16)
    css = models.TextField()
    published_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "content_hash"], name="theme_revision_once_per_hash")]
