"""Makes what a show under fire needs: brands, each with a show in its lobby and viewers with cookies.

    python -m benchmarks.outages.prepare COUNT SLUG...

Prints one JSON object a brand: {"slug", "schema", "host", "show", "topic", "cookies"}.
"""

import datetime as dt
import json
import sys

import django

django.setup()

from chat.services.rooms import open_room  # noqa: E402
from kernel import clock, ids  # noqa: E402
from kernel.eventlog.store import show_topic  # noqa: E402
from kernel.tenancy import brand_context, public_context  # noqa: E402
from kernel.viewers import COOKIE, Viewer, ticket_of  # noqa: E402
from streams.services.schedule import create_show, open_lobby, schedule_show  # noqa: E402
from tenants.services.provisioning import provision  # noqa: E402
from tenants.services.sign_up import sign_up  # noqa: E402

ACTOR = "system"


def prepare(slug: str, count: int) -> dict[str, object]:
    with public_context():
        brand = sign_up(name=slug, slug=slug, email=f"owner@{slug}.test", password="a quiet shop window")
        provision(brand)
    with brand_context(brand.schema_name):
        show = create_show(title="A show under fire", starts_at=clock.now() + dt.timedelta(hours=1), actor=ACTOR)
        schedule_show(show_id=show.pk, actor=ACTOR)
        open_lobby(show_id=show.pk, actor=ACTOR)
        open_room(show_id=show.pk, actor=ACTOR)
        viewers = [Viewer(id=ids.uuid7(), name=f"Viewer {number}") for number in range(count)]
        return {
            "slug": slug,
            "schema": brand.schema_name,
            "host": f"{slug}.localhost",
            "show": show.public_id,
            "topic": show_topic(show.pk),
            "cookies": [f"{COOKIE}={ticket_of(viewer)}" for viewer in viewers],
        }


if __name__ == "__main__":
    for name in sys.argv[2:]:
        print(json.dumps(prepare(name, int(sys.argv[1]))), flush=True)
