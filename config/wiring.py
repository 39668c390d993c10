"""Every reaction on one page: what one app does when another app's event happens.

Not here: how readers keep their place (kernel.eventlog.cursors).
"""

from catalog.readers import close_drops_with_show
from chat.readers import open_poll_of_cue, open_room_with_lobby, tell_last_hearts
from checkout.services.mails import TEMPLATES as BUYERS_MAILS
from checkout.services.mails import mail_about
from kernel.eventlog.cursors import Reader
from kernel.tasks import send_to_brand
from streams.readers import retell_line_ups, show_dropped_product

READERS: tuple[Reader, ...] = (
    Reader("drops_of_shows", ["show.ended", "show.cancelled"], close_drops_with_show),
    Reader("line_ups", ["product.updated", "product.archived"], retell_line_ups),
    Reader("dropped_products", ["drop.announced", "drop.opened"], show_dropped_product),
    Reader("rooms", ["show.lobby_opened", "show.started"], open_room_with_lobby),
    Reader("last_hearts", ["show.ended"], tell_last_hearts),
    Reader("poll_cues", ["cue.fired"], open_poll_of_cue),
    Reader("buyers_mails", list(BUYERS_MAILS), mail_about),
)


def wake(schema: str, types: frozenset[str]) -> None:
    """Called by the sequencer after each round: start the readers when one of them waits for this."""
    if any(types & set(reader.types) for reader in READERS):
        from config.scheduled import run_reactions  # that module imports this one

        send_to_brand(run_reactions, schema)
