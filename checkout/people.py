"""Who a request comes from, under all the names by which there is one place in line to a person.

Not here: the places (catalog) and what one buyer may have (services/caps).
"""

import uuid

from django.http import HttpRequest

from catalog.services.lists import Asker
from checkout.selectors.customers import customer_of
from kernel import ids
from kernel.tenancy import current_schema
from kernel.traces import COOKIE, device_hash, device_of, device_ticket, network_hash
from kernel.viewers import Viewer


def device_behind(request: HttpRequest) -> uuid.UUID:
    """The device of a request, a new one when it has none. The answer has to carry it (write_device)."""
    return device_of(request.COOKIES, schema=current_schema()) or ids.uuid7()


def asker_of(request: HttpRequest, viewer: Viewer, *, device: uuid.UUID, email: str = "") -> Asker:
    """The viewer with their device, network and the address to write to, if there is one."""
    schema = current_schema()
    customer = customer_of(viewer)
    return Asker(
        viewer_key=viewer.key,
        customer_id=customer.pk if customer else None,
        device=device_hash({COOKIE: device_ticket(device, schema=schema)}, schema=schema),
        network=network_hash(str(request.META.get("REMOTE_ADDR", "")), schema=schema),
        email=email.strip().lower() or (customer.email if customer else ""),
    )
