"""What kind of tickets the products of the demonstration have, and the words people write in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml

FILE = Path(__file__).with_name("stories.yaml")
PRIORITIES = ("P1", "P2", "P3")


@dataclass(frozen=True, slots=True)
class Story:
    """One product: `share` tickets in twelve months, their mix of priorities, and how fast its team works.

    `speed` is the median part of an allowance that is used. A shop is busy on Saturdays and before Christmas.
    """

    slug: str
    share: int
    mix: tuple[int, int, int]
    speed: float
    is_shop: bool
    is_always: bool
    titles: Mapping[str, Sequence[str]]

    def priority(self, rng: Random) -> str:
        """A priority as often as the mix says."""
        return rng.choices(PRIORITIES, self.mix)[0]


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences that people write; the pairs are a cause and what follows from it."""

    answers: Sequence[str]
    updates: Sequence[str]
    internal: Sequence[str]
    resolutions: Sequence[str]
    reopenings: Sequence[str]
    rejections: Mapping[str, str]
    pauses: Mapping[str, str]
    causes: Sequence[Sequence[str]]
    notes: Sequence[str]
    actions: Sequence[str]


def read() -> tuple[list[Story], Words]:
    """All stories and all words."""
    tree: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))  # any: our own file, checked by its test
    stories = [
        Story(
            slug=slug,
            share=said["share"],
            # A list in YAML; frozen, because all tickets of a product share it.
            mix=tuple(said["mix"]),
            speed=said["speed"],
            is_shop=said.get("shop", False),
            is_always=said.get("always", False),
            # Whoever adds a product to the house without its titles hears of it here, not in the middle of loading.
            titles={priority: said[priority] for priority in PRIORITIES},
        )
        for slug, said in tree["products"].items()
    ]
    return stories, Words(**tree["words"])
