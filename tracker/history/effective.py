"""What holds in a region: its own status and what binds it from above, and the local law below it (DESIGN §4).

The one place where it is worked out in the program, from answers that were read; the view `status_effective` is its twin in SQL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tracker.domain import rules
from tracker.domain.records import Key
from tracker.domain.vocabulary import FoodLaw, Level, Status
from tracker.history.places import Place, above
from tracker.history.status import Answer


@dataclass(frozen=True, slots=True)
class Effective:
    """A region's own status, and what binds it from above. `parent` is the answer of the region at `binding_from`."""

    own: Answer
    binding: Status | None = None
    parent: Answer | None = None

    @property
    def binding_from(self) -> str | None:
        """The region whose law binds, None where none does."""
        return self.parent.key.jurisdiction if self.parent else None

    @property
    def status(self) -> Status:
        """Of own and binding the first in display precedence, own where equal."""
        return rules.effective(self.own.status, self.binding)

    @property
    def from_above(self) -> bool:
        """Whether the status is the parent's and not the region's own."""
        return self.status is not self.own.status

    @property
    def says_something(self) -> bool:
        """Whether anything is known of it: a status, rival readings, or a position of general food law."""
        food_law = self.own.get("food_law_position", FoodLaw.NOT_ADDRESSED)
        return self.status is not Status.UNKNOWN or bool(self.own.get("contested")) or food_law != FoodLaw.NOT_ADDRESSED

    @property
    def shown(self) -> Answer:
        """The answer whose terms, doubt and standing are shown with the status."""
        return self.parent if self.parent and self.from_above else self.own


def of_key(places: Mapping[str, Place], answers: Mapping[Key, Answer], key: Key, day: date) -> Effective:
    """The own status of a key and the strongest that binds it from above, the nearest of equals.

    `answers` are all of `day` on the substance, or those of the jurisdiction and what it lies in; a key that is not among them is
    unknown.
    """
    own = answers.get(key) or Answer(key, day, Status.UNKNOWN, False, None)
    place = places[key.jurisdiction]
    binding: tuple[Status, Answer] | None = None
    for parent in above(places, place.code):
        answer = answers.get(Key(parent.code, key.substance))
        headline = answer.get("binding_status") if answer else ""
        if not answer or not headline or not rules.binds(parent.level, parent.code, place.level, place.code):
            continue
        # Strictly higher: of equals the nearest binds, which is met first.
        if binding is None or Status(headline).rank < binding[0].rank:
            binding = Status(headline), answer
    return Effective(own, *binding) if binding else Effective(own)


def local_known(places: Mapping[str, Place], answers: Mapping[Key, Answer], substance: str) -> dict[str, int]:
    """For every region the number of counties and places below it known to have a rule of their own ("at least n known")."""
    counts: dict[str, int] = defaultdict(int)
    for key, answer in answers.items():
        if key.substance != substance or places[key.jurisdiction].level not in (Level.COUNTY, Level.PLACE):
            continue
        if answer.status not in (Status.UNKNOWN, Status.NO_SPECIFIC_LAW):
            for region in above(places, key.jurisdiction):
                counts[region.code] += 1
    return dict(counts)
