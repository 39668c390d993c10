"""A draw that anybody can check: commitment, Merkle root over the entries, the order that follows from both.

Written down in docs/concepts/drops.md and computed the same way in the browser (frontend/src/draw/rule.ts).
Not here: who may enter, and what an order is worth (catalog).
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

RULE = "vitrine-draw-1"
SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class Entry:
    """One entrant. `group` names those who share a network; empty is a group of its own."""

    id: str
    group: str = ""

    @property
    def line(self) -> str:
        """The entry as it is published, hashed and drawn."""
        return f"{self.id}:{self.group}"


@dataclass(frozen=True, slots=True)
class Check:
    """Whether the parts of a draw belong together; `order` is the one that follows from them."""

    seed_fits: bool
    root_fits: bool
    order_fits: bool
    order: list[str]

    @property
    def holds(self) -> bool:
        return self.seed_fits and self.root_fits and self.order_fits


def new_seed() -> str:
    """A secret of 32 bytes, as hex."""
    return secrets.token_hex(SEED_BYTES)


def commitment(seed: str) -> str:
    """What is published before anybody enters: it fixes the seed and tells nothing of it."""
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def merkle_root(lines: Sequence[str]) -> str:
    """The root over the lines in this order, as RFC 6962 builds it; leaves and nodes hash differently."""
    if not lines:
        return hashlib.sha256(b"").hexdigest()
    level = [hashlib.sha256(b"\x00" + line.encode()).digest() for line in lines]
    while len(level) > 1:
        # Pairs from the left, an odd one goes up as it is: the same tree as RFC 6962's split.
        pairs = [hashlib.sha256(b"\x01" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0].hex()


def published(entries: Sequence[Entry]) -> list[str]:
    """The lines in the order in which the root takes them."""
    return sorted(entry.line for entry in entries)


def draw_order(*, seed: str, root: str, entries: Sequence[Entry], share: int) -> list[str]:
    """The ids in the order in which they get their turn.

    One hash of seed, root and line says who comes first in a group, another says who comes first of all;
    but of one group the first `share` come before the next `share` of any, so that a network of many does
    not take what is there for all. Were it one hash, the best of many would be ahead of everybody alone.
    """
    salt = bytes.fromhex(seed) + bytes.fromhex(root)
    seen: Counter[str] = Counter()
    turns = []
    for entry in sorted(entries, key=lambda entry: (_score(salt, "group", entry), entry.line)):
        turn = seen[entry.group] // share if entry.group else 0
        seen[entry.group] += 1
        turns.append((turn, _score(salt, "order", entry), entry.line, entry.id))
    return [entry_id for *_, entry_id in sorted(turns)]


def _score(salt: bytes, of: str, entry: Entry) -> str:
    return hashlib.sha256(salt + f"{of}:{entry.line}".encode()).hexdigest()


def check_draw(
    *, seed: str, committed: str, root: str, lines: Sequence[str], order: Sequence[str], share: int
) -> Check:
    """Compute a published draw again."""
    entries = [Entry(*line.rsplit(":", 1)) for line in lines]
    ours = draw_order(seed=seed, root=root, entries=entries, share=share)
    return Check(
        seed_fits=commitment(seed) == committed,
        root_fits=merkle_root(sorted(lines)) == root,
        order_fits=list(order) == ours,
        order=ours,
    )
