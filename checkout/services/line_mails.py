"""Mails to those whose turn in line has come, if they left an address: while there is time to come and pay.

Not here: the offers (lines), and mails about orders (mails).
"""

import structlog
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from catalog.services.places import note_mailed, unmailed_offers
from kernel.redis import client
from kernel.tenancy import current_brand, current_schema
from tenants.selectors import primary_address

CLAIM_SECONDS = 120

log = structlog.get_logger(__name__)


def mail_offers() -> int:
    """Write to everybody with an offer who left an address and was not written to. Returns how many.

    A place is marked after its mail went out: none is lost. Who is killed in between sends that one again
    under the same Message-ID, by which a mailbox knows it. Two sweeps at once share the places by claims.
    """
    brand = current_brand()
    address = primary_address(brand)
    sent = 0
    for place in unmailed_offers():
        claim = f"vitrine:offer_mail:{current_schema()}:{place.hold_id}"
        if not client().set(claim, 1, nx=True, ex=CLAIM_SECONDS):
            continue
        product = place.variant.product
        facts = {"brand": brand, "product": product, "place": place, "url": f"{address.base_url}/checkout/"}
        mail = EmailMessage(
            render_to_string("emails/offer.subject.txt", facts).strip(),
            render_to_string("emails/offer.txt", facts),
            to=[place.email],
            reply_to=[brand.contact_email] if brand.contact_email else None,
            headers={"Message-ID": f"<{place.public_id}.{place.hold_id}@{address.host}>"},
        )
        try:
            mail.send()
        except Exception as error:  # a mail server that refuses one must not keep the others from theirs
            log.warning("offer_mail.failed", place=place.public_id, error=repr(error))
            continue
        note_mailed(place_id=place.pk)
        sent += 1
    return sent
