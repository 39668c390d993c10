"""A shopper of this brand, known by e-mail address, and the codes that prove the address is theirs."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now

from kernel.models import Record


class Customer(Record):
    """One an e-mail address. Bought as a guest until the address was proved once."""

    id_prefix = "cus"

    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    proved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="customer_email_any_case_once")]

    def __str__(self) -> str:
        return self.email


class SignInCode(Record):
    """Six digits sent by mail. Only a hash is kept; a few wrong tries burn it."""

    id_prefix = "sic"

    email = models.EmailField()
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(tries__lte=5), name="sign_in_code_five_tries")]
        indexes = [models.Index(fields=["email", "-created_at"], name="sign_in_code_by_email")]
