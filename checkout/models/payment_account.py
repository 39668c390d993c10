"""The brand's own account at the payment provider, as the provider described it last.

Not here: which brand a notice is for, which the platform's tables decide (tenants.Brand.stripe_account).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class PaymentAccount(models.Model):
    """One row, or none while the brand has no account. Only `charges_enabled` lets buyers pay."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    account = models.CharField(max_length=64)
    details_submitted = models.BooleanField(default=False)
    charges_enabled = models.BooleanField(default=False)
    payouts_enabled = models.BooleanField(default=False)
    # What the provider still wants to know, in its own words, and why it takes no charges.
    requirements_due = ArrayField(models.CharField(max_length=120), default=list)
    disabled_reason = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    checked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="payment_account_is_one_row")]
