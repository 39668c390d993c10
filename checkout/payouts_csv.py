"""A payout report as a CSV file: the account's ledger line by line, amounts in minor units.

Not here: what is in the report (selectors/payouts.py).
"""

import csv
import io

from checkout.export import as_text
from checkout.selectors.payouts import PayoutReport
from kernel import clock

COLUMNS = (
    "line", "at", "kind", "order", "about", "currency", "amount_minor", "platform_fee_minor", "provider_fee_minor",
    "net_minor",
)  # fmt: skip


def payouts_csv(report: PayoutReport) -> str:
    """Times in UTC, oldest first. Texts are never computed by a spreadsheet; amounts are numbers, some below zero."""
    target = io.StringIO()
    target.write("\ufeff")
    writer = csv.writer(target)
    writer.writerow(COLUMNS)
    for entry in reversed(report.entries):
        line = entry.line
        texts = (line.id, clock.isoformat(line.at), line.kind, entry.number, line.about, line.currency)
        amounts = (line.amount, line.platform_fee, line.provider_fee, line.net)
        writer.writerow([*(as_text(text) for text in texts), *amounts])
    return target.getvalue()
