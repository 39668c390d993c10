"""The shapes in which a staged brand is written down. Prices are minor units of the brand's currency.

Not here: the brands (aurora, fjord).
"""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class StagedVariant:
    """One size or shade. `earlier` are prices that held so many days ago, for the 30-day low."""

    sku: str
    price: int
    stock: int
    name: str = ""
    compare_at: int | None = None
    earlier: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class StagedProduct:
    """`picture` is the drawing's name in demo/art. The first variant is the one that shows pin."""

    name: str
    detail: str
    description: str
    picture: str
    alt: str
    variants: tuple[StagedVariant, ...]
    collection: str

    @property
    def sku(self) -> str:
        return self.variants[0].sku


@dataclass(frozen=True, slots=True)
class StagedPerson:
    """A member. `title` stands beside the name in the chat."""

    first_name: str
    last_name: str
    email: str
    role: Literal["owner", "host", "moderator"]
    title: str = ""


@dataclass(frozen=True, slots=True)
class StagedShopper:
    """A customer with an address in one of the brand's countries."""

    name: str
    email: str
    line1: str
    postal_code: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class StagedTheme:
    accent: str
    surface: str
    ink: str
    font: str
    radius: int


@dataclass(frozen=True, slots=True)
class StagedDelivery:
    name: str
    countries: tuple[str, ...]
    price: int
    free_over: int | None
    days: tuple[int, int]


@dataclass(frozen=True, slots=True)
class StagedDrop:
    """`run_seconds` None: open until it is sold out or somebody closes it."""

    sku: str
    title: str
    units: int
    price: int
    per_buyer: int = 1
    run_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class StagedCue:
    """`sku` for pins; `question` and `answers` for polls; a drop cue opens the show's drop."""

    at_seconds: int
    kind: Literal["talk", "pin", "unpin", "drop", "poll", "end"]
    title: str
    sku: str = ""
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StagedShow:
    """`notes` by sku stand beside a product in the line-up."""

    slug: str
    title: str
    subtitle: str
    description: str
    host_name: str
    line_up: tuple[str, ...]
    cues: tuple[StagedCue, ...]
    drop: StagedDrop | None = None
    notes: dict[str, str] = field(default_factory=dict)
    duration_minutes: int = 40


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a past show. Who is the name of a member or of somebody in the audience."""

    second: int
    who: str
    text: str
    is_question: bool = False


@dataclass(frozen=True, slots=True)
class PastShow:
    """A show that is over: so many days ago, its talk, who bought in its drop, and the film's length."""

    show: StagedShow
    days_ago: int
    length_seconds: int
    talk: tuple[Said, ...]
    viewers: tuple[int, ...]
    poll_votes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class StagedBrand:
    slug: str
    name: str
    currency: str
    country: str
    time_zone: str
    theme: StagedTheme
    people: tuple[StagedPerson, ...]
    shoppers: tuple[StagedShopper, ...]
    products: tuple[StagedProduct, ...]
    deliveries: tuple[StagedDelivery, ...]
    tax_rates: dict[str, int]
    past: PastShow
    coming: StagedShow
    tonight: StagedShow | None = None

    @property
    def owner(self) -> StagedPerson:
        return self.people[0]

    @property
    def host(self) -> StagedPerson:
        return next(person for person in self.people if person.role == "host")
