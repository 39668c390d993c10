"""Makes what the measured room needs: a brand, a show in its lobby, some history, viewers with cookies.

    python -m benchmarks.prepare_show COOKIES

Prints {"schema", "host", "show"}; writes to COOKIES one header value a line, every second one empty: half
of the crowd only watches. Calls the product's own services, in the database that it is given.
"""

import datetime as dt
import json
import sys
import uuid
from pathlib import Path

import django

django.setup()

from chat.people import person_of  # noqa: E402
from chat.services.rooms import open_room  # noqa: E402
from chat.writer import Line, post_lines  # noqa: E402
from kernel import clock, ids  # noqa: E402
from kernel.tenancy import brand_context, public_context  # noqa: E402
from kernel.viewers import COOKIE, Viewer, ticket_of  # noqa: E402
from streams.services.schedule import create_show, open_lobby, schedule_show  # noqa: E402
from tenants.services.provisioning import provision  # noqa: E402
from tenants.services.sign_up import sign_up  # noqa: E402

SLUG, ACTOR = "benchmark", "system"
HISTORY, COOKIES = 50, 5000


def main() -> None:
    with public_context():
        brand = sign_up(name="Benchmark", slug=SLUG, email="owner@benchmark.test", password="a quiet shop window")
        provision(brand)
    with brand_context(brand.schema_name):
        starts_at = clock.now() + dt.timedelta(hours=1)
        show = create_show(title="A measured show", starts_at=starts_at, actor=ACTOR)
        schedule_show(show_id=show.pk, actor=ACTOR)
        open_lobby(show_id=show.pk, actor=ACTOR)
        open_room(show_id=show.pk, actor=ACTOR)
        viewers = [Viewer(id=ids.uuid7(), name=f"Viewer {number}") for number in range(COOKIES)]
        author = person_of(viewers[0], None)
        assert author is not None
        said = [f"what was said before, part {number}" for number in range(HISTORY)]
        post_lines(lines=[Line(show.pk, author, text, uuid.uuid4()) for text in said])
        Path(sys.argv[1]).write_text("".join(f"{COOKIE}={ticket_of(viewer)}\n\n" for viewer in viewers))
    print(json.dumps({"schema": brand.schema_name, "host": f"{SLUG}.localhost", "show": show.public_id}))


main()
