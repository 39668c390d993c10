"""Tasks of the checkout: short, safe to run twice, started by beat, hooks and commits."""

from checkout.tasks.auditing import audit_payments
from checkout.tasks.connecting import refresh_payment_account
from checkout.tasks.forgetting import forget_old_rows
from checkout.tasks.holds import sweep_holds
from checkout.tasks.hooks import handle_notice
from checkout.tasks.lines import sweep_lines
from checkout.tasks.mails import send_order_mails
from checkout.tasks.reconciling import reconcile_payments
from checkout.tasks.refunds import send_refund_now

__all__ = [
    "audit_payments",
    "forget_old_rows",
    "handle_notice",
    "reconcile_payments",
    "refresh_payment_account",
    "send_order_mails",
    "send_refund_now",
    "sweep_holds",
    "sweep_lines",
]
