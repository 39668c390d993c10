"""The brand's own account at the payment provider: made, set up by the provider's form, kept in step with it.

Not here: payments on it (payments) and its ledger (selectors/payouts.py). The provider is asked outside of
transactions.
"""

import structlog
from django.db import transaction
from django.db.models.functions import Now

from checkout import events
from checkout.errors import PaymentProviderAway, PaymentSetUpRefused
from checkout.gateway import connect
from checkout.gateway.calling import ACCOUNT_NOT_READY, GatewayAway, GatewayRefused
from checkout.gateway.connect import Account
from checkout.models import PaymentAccount
from kernel.eventlog.store import SHOP_TOPIC, append
from kernel.tenancy import current_brand, current_schema
from tenants.selectors import primary_address
from tenants.services.payment_account import claim_account

GONE = "account_gone"  # our word for an account that the provider does not let us see any more

log = structlog.get_logger(__name__)


def begin_set_up(*, return_url: str, refresh_url: str, actor: str) -> str:
    """The address of the provider's form for this brand's account, which is made when there is none.

    Asked for twice at once it makes one account. Raises PaymentProviderAway, PaymentSetUpRefused.
    """
    account = refresh_account(actor=actor)
    try:
        if account is None or account.disabled_reason == GONE:
            account = _open_account(instead_of=account.account if account else "", actor=actor)
        return connect.create_link(account=account.account, return_url=return_url, refresh_url=refresh_url)
    except GatewayAway as error:
        raise PaymentProviderAway(retry_after=3) from error
    except GatewayRefused as error:
        raise PaymentSetUpRefused(reason=str(error)) from error


def refresh_account(*, actor: str = "system") -> PaymentAccount | None:
    """Ask the provider how the brand's account stands and write it down; None without an account.

    Called by the page the form returns to, by notices and by beat, in any order. Raises PaymentProviderAway.
    """
    known = PaymentAccount.objects.first()
    name = known.account if known else (current_brand().stripe_account or "")
    if not name:
        return None
    try:
        answer = connect.fetch_account(account=name)
    except GatewayAway as error:
        raise PaymentProviderAway(retry_after=3) from error
    except GatewayRefused as error:
        if error.code not in (ACCOUNT_NOT_READY, "account_invalid", "resource_missing"):
            raise PaymentProviderAway(retry_after=60) from error
        answer = Account(name, False, False, False, [], GONE)
    return apply_account(answer=answer, actor=actor)


@transaction.atomic
def apply_account(*, answer: Account, actor: str) -> PaymentAccount:
    """Write down the provider's word; an event tells of what changed. Locks the row."""
    told = {
        "details_submitted": answer.details_submitted,
        "charges_enabled": answer.charges_enabled,
        "payouts_enabled": answer.payouts_enabled,
        "requirements_due": [name[:120] for name in answer.requirements_due],
        "disabled_reason": answer.disabled_reason[:120],
    }
    row, is_new = PaymentAccount.objects.get_or_create(defaults={"account": answer.id, **told})
    row = PaymentAccount.objects.select_for_update().get()
    is_news = is_new or row.account != answer.id or any(getattr(row, name) != value for name, value in told.items())
    PaymentAccount.objects.update(account=answer.id, checked_at=Now(), **told)
    row.refresh_from_db()
    if is_news:
        changed = events.PaymentAccountChanged(
            details_submitted=row.details_submitted,
            charges_enabled=row.charges_enabled,
            payouts_enabled=row.payouts_enabled,
            requirements_due=len(row.requirements_due),
        )
        append(changed, topic=SHOP_TOPIC, actor=actor)
    return row


def _open_account(*, instead_of: str, actor: str) -> PaymentAccount:
    """Make the account and the brand's claim on it. The key names what it replaces: asked again, the provider
    gives the same account. Raises GatewayAway, GatewayRefused."""
    brand = current_brand()
    made = connect.create_account(
        key=f"{brand.public_id}-account-{instead_of}",
        country=brand.country,
        email=brand.contact_email,
        name=brand.name,
        url=primary_address(brand).base_url,
        metadata={"vitrine_schema": current_schema()},
    )
    if not claim_account(brand=brand, account=made.id, instead_of=instead_of):
        log.info("payment_account.claimed_already", account=made.id)
    return apply_account(answer=made, actor=actor)
