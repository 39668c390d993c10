"""Draws computed in Python and by the page's own code agree, and neither takes a draw that was touched.

Not here: entering and winning (tests/catalog, tests/checkout).
"""

import hashlib
import json
import random
import subprocess
from typing import Any

import pytest

from config.settings.env import BASE_DIR
from kernel.draws import Entry, check_draw, commitment, draw_order, merkle_root, new_seed, published
from launch.node import node_program

_SCRIPT = """
import { checkDraw } from "./frontend/src/draw/rule.ts";
const draws = JSON.parse(await new Response(process.stdin).text());
console.log(JSON.stringify(await Promise.all(draws.map(checkDraw))));
"""


def computed_by_the_page(draws: list[dict[str, Any]]) -> list[dict[str, Any]]:
    done = subprocess.run(
        [str(node_program()), "--input-type=module", "--eval", _SCRIPT],
        cwd=BASE_DIR,
        input=json.dumps(draws),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: list[dict[str, Any]] = json.loads(done.stdout)
    return told


def random_draw(chance: random.Random) -> dict[str, Any]:
    """Of 0 to 60 people, some of whom share a network."""
    count = chance.choice([0, 1, 2, 3, 5, 8, chance.randrange(60)])
    groups = ["", *(f"{chance.getrandbits(32):08x}" for _ in range(chance.randrange(1, 6)))]
    entries = [Entry(f"plc_{chance.getrandbits(100):026x}", chance.choice(groups)) for _ in range(count)]
    seed, share = chance.randbytes(32).hex(), chance.randrange(1, 4)
    root = merkle_root(published(entries))
    return {
        "seed": seed,
        "commitment": commitment(seed),
        "root": root,
        "share": share,
        "lines": published(entries),
        "order": draw_order(seed=seed, root=root, entries=entries, share=share),
    }


def test_a_thousand_draws_agree_in_python_and_in_the_browsers_code() -> None:
    chance = random.Random(20261121)
    draws = [random_draw(chance) for _ in range(1000)]
    assert len({tuple(draw["order"]) for draw in draws}) > 800  # not one draw a thousand times
    for draw, told in zip(draws, computed_by_the_page(draws), strict=True):
        assert told == {"seedFits": True, "rootFits": True, "orderFits": True, "order": draw["order"]}


TOUCHED: dict[str, dict[str, Any]] = {
    "another seed": {"seed": "00" * 32},
    "another commitment": {"commitment": "00" * 32},
    "another root": {"root": "00" * 32},
    "one entrant left out": {"lines": slice(1, None)},
    "two winners swapped": {"order": "swapped"},
    "another share": {"share": 1000},
}


@pytest.mark.parametrize("touch", TOUCHED)
def test_a_draw_that_was_touched_is_found_out_by_both(touch: str) -> None:
    entries = [Entry(f"plc_{number:026d}", "one" if number < 8 else f"n{number}") for number in range(12)]
    seed = hashlib.sha256(b"a seed of the tests").hexdigest()
    root = merkle_root(published(entries))
    order = draw_order(seed=seed, root=root, entries=entries, share=2)
    draw: dict[str, Any] = {
        "seed": seed, "commitment": commitment(seed), "root": root, "share": 2,
        "lines": published(entries), "order": order,
    }  # fmt: skip
    (name, value), *_ = TOUCHED[touch].items()
    if isinstance(value, slice):
        value = draw[name][value]
    elif value == "swapped":
        value = [order[1], order[0], *order[2:]]
    touched = {**draw, name: value}
    python = check_draw(**{("committed" if key == "commitment" else key): part for key, part in touched.items()})
    assert not python.holds
    (page,) = computed_by_the_page([touched])
    assert (page["seedFits"], page["rootFits"], page["orderFits"]) == (
        python.seed_fits, python.root_fits, python.order_fits,
    )  # fmt: skip


def test_the_root_is_that_of_rfc_6962() -> None:
    """Recomputed by its recursive definition: split at the largest power of two below the count."""

    def tree(leaves: list[bytes]) -> bytes:
        if len(leaves) == 1:
            return hashlib.sha256(b"\x00" + leaves[0]).digest()
        split = 1 << (len(leaves) - 1).bit_length() - 1
        return hashlib.sha256(b"\x01" + tree(leaves[:split]) + tree(leaves[split:])).digest()

    for count in range(1, 70):
        lines = [f"line {number}" for number in range(count)]
        assert merkle_root(lines) == tree([line.encode() for line in lines]).hex()


def test_of_one_network_no_more_than_its_share_come_first() -> None:
    entries = [Entry(f"plc_bot{number:03d}", "farm") for number in range(50)]
    entries += [Entry(f"plc_person{number:03d}", f"home{number}") for number in range(10)]
    seed = new_seed()
    root = merkle_root(published(entries))
    order = draw_order(seed=seed, root=root, entries=entries, share=2)
    assert sum("bot" in entry for entry in order[:12]) == 2
    assert sorted(order) == sorted(entry.id for entry in entries)
