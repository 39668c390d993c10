"""Who stands in line for units: entrants of a window or a draw, and the waitlist of what is sold out."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from catalog.models.drop import Drop
from catalog.models.variant import Variant
from kernel.models import Record
from kernel.traces import HASH

VIEWER_KEY = 40
SHA256_HEX = 64


class Draw(models.Model):
    """What makes a draw verifiable. The seed is told by nobody before `drawn_at`; `commitment` is its hash,
    `root` the Merkle root over the entries. `share` is how many of one network come before the others."""

    drop = models.OneToOneField(Drop, on_delete=models.PROTECT, primary_key=True, related_name="draw")
    seed = models.CharField(max_length=SHA256_HEX)
    commitment = models.CharField(max_length=SHA256_HEX)
    share = models.PositiveSmallIntegerField()
    committed_at = models.DateTimeField(db_default=Now())
    entries = models.PositiveIntegerField(default=0)
    root = models.CharField(max_length=SHA256_HEX, blank=True)
    closed_at = models.DateTimeField(null=True)
    drawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(drawn_at=None) | (Q(closed_at__isnull=False) & ~Q(root="")), name="draw_after_its_list"
            ),
        ]


class Place(Record):
    """One person's place. `position` says whose turn is first; an entrant has none before the draw. Customers
    and holds live in apps that this one does not know, so both are ids."""

    id_prefix = "plc"

    class Status(models.TextChoices):
        ENTERED = "entered"
        WAITING = "waiting"
        OFFERED = "offered"
        BOUGHT = "bought"
        LAPSED = "lapsed"
        LEFT = "left"

    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="places")
    drop = models.ForeignKey(Drop, null=True, on_delete=models.PROTECT, related_name="places")
    show_id = models.UUIDField(null=True)
    is_entry = models.BooleanField()  # of a window or a draw; else of a waitlist
    viewer_key = models.CharField(max_length=VIEWER_KEY)
    customer_id = models.UUIDField(null=True)
    device = models.CharField(max_length=HASH, blank=True)
    group = models.CharField(max_length=12, blank=True)  # who shares a network, by a name of this drop alone
    email = models.EmailField(blank=True)
    status = models.CharField(max_length=7, choices=Status.choices)
    position = models.BigIntegerField(null=True)
    drawn = models.PositiveIntegerField(null=True)  # an entrant's place in the draw, which stays
    joined_at = models.DateTimeField(db_default=Now())
    hold_id = models.UUIDField(null=True)
    offered_until = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)  # when the offer of now was written to `email`

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "drop", "viewer_key"], name="place_one_per_viewer", nulls_distinct=False
            ),
            models.UniqueConstraint(
                fields=["variant", "drop", "customer_id"],
                name="place_one_per_customer",
                condition=Q(customer_id__isnull=False),
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["variant", "drop", "device"],
                name="place_one_per_device",
                condition=~Q(device=""),
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["variant", "drop", "position"],
                name="place_position_is_one_persons",
                nulls_distinct=False,
                condition=Q(position__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["entered", "waiting", "offered", "bought", "lapsed", "left"]),
                name="place_status_known",
            ),
            models.CheckConstraint(condition=Q(status="entered") | Q(position__isnull=False), name="place_has_a_turn"),
            models.CheckConstraint(
                condition=~Q(status="offered") | Q(hold_id__isnull=False, offered_until__isnull=False),
                name="place_offer_has_a_hold",
            ),
        ]
        indexes = [
            models.Index(
                fields=["variant", "drop", "position"],
                name="place_in_line",
                condition=Q(status__in=["waiting", "offered"]),
            ),
            models.Index(fields=["viewer_key"], name="place_by_viewer"),
            models.Index(fields=["hold_id"], name="place_by_hold", condition=Q(hold_id__isnull=False)),
        ]
