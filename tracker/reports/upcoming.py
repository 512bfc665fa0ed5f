"""What lies ahead of the cut-off: rules on hold, what could change a status within 30 days, and the calendar of 90 days."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from crawler.contract.items import EventKind
from maps.civil import civil
from tracker.domain.vocabulary import ChangeKind, Significance, Stage
from tracker.history.measures import MeasureState
from tracker.history.period import PeriodRecord
from tracker.history.words import Labels, Term
from tracker.reports import evidence
from tracker.reports.model import Coming, Item, RuleOnHold

SOON, SEASON = 30, 90
_YEAR = timedelta(days=365)

_NEAR = (Stage.PASSED_BOTH_CHAMBERS, Stage.TO_EXECUTIVE, Stage.NOTICE_OF_INTENT, Stage.FINAL_RULE)
"""Stages from which one act, without a further vote or comment period, may change a status."""

_EVENTS = {
    EventKind.HEARING: "Hearing",
    EventKind.COMMENT_DEADLINE: "Comments close",
    EventKind.SIGNATURE_DEADLINE: "Must be signed by",
    EventKind.SESSION_START: "Session begins",
    EventKind.SESSION_END: "Session ends",
    EventKind.TAKES_EFFECT: "Takes effect",
    EventKind.EXPIRES: "Expires",
    EventKind.MEASURE_STEP: "Announced step",
}
_MEASURE_EFFECT = Term("measure_takes_effect", "Measure takes effect")
_NEAR_STAGE = "one step away"


def stays(record: PeriodRecord, labels: Labels) -> tuple[RuleOnHold, ...]:
    """The rules that are on hold on the day of the cut-off."""
    held_rules = [
        RuleOnHold(
            labels.place(stay.key.jurisdiction),
            labels.substance(stay.key.substance),
            stay.by.row.valid_from,
            stay.by.row.valid_to,
            evidence.of(stay.rule, labels),
            evidence.of(stay.by, labels),
        )
        for stay in record.stays
    ]
    return tuple(sorted(held_rules, key=lambda stay: (stay.place.name, stay.substance.code, stay.day or date.min)))


@dataclass(frozen=True)
class Ahead:
    """What has a day after the cut-off, or may move any day; `boundaries` are those of the record itself."""

    record: PeriodRecord
    labels: Labels
    boundaries: Sequence[Item]

    def could_change(self) -> tuple[Coming, ...]:
        """Law that comes or ends within 30 days and moves a headline, dated steps of measures, and measures one step away."""
        moving = (it for it in self.boundaries if it.significance.code == Significance.STATUS)
        law = [_of_item(it) for it in moving if it.kind.code != ChangeKind.CHECK_DUE]
        events = [row for row in self.record.events if row.measure is not None and self._within(row.happens_on, SOON)]
        soon = [step for step in [*law, *self._effective()] if self._within(step.day, SOON)]
        return in_order([*soon, *map(self._event, events), *self._near({row.measure for row in events})])

    def calendar(self) -> tuple[Coming, ...]:
        """Everything dated within 90 days of the cut-off."""
        events = map(self._event, self.record.events)
        dated = [*map(_of_item, self.boundaries), *events, *self._effective(), *self._sessions()]
        return in_order(step for step in dated if self._within(step.day, SEASON))

    def _within(self, day: date | None, number: int) -> bool:
        """Whether `day` lies in the `number` days after the cut-off; one in doubt counts from its first possible day."""
        cut_off = self.record.window.day
        return day is not None and cut_off < day <= cut_off + timedelta(days=number)

    def _coming(self, kind: Term, row: Any, title: str, day: date | None, url: str) -> Coming:
        link = self.labels.publishers_link(url)
        place, ahead = self.labels.place(row.jurisdiction), (day - self.record.window.day).days if day else None
        return Coming(kind, place, None, title, day, day, ahead, link.url, link.link_type, row.source, unlinked=link.unlinked)

    def _event(self, row: Any) -> Coming:
        kind = EventKind(row.kind)
        named = f"{row.identifier}: {row.title}" if row.identifier and row.identifier not in row.title else row.title
        return self._coming(Term(kind.value, _EVENTS[kind]), row, named, row.happens_on, row.url)

    def _effective(self) -> list[Coming]:
        """Enacted measures with a stated day, where nothing is coded for their place and day yet."""
        coded = {(it.place.code, it.day) for it in self.boundaries}
        enacted = [state.row for state in self.record.measures if state.stage is Stage.ENACTED and state.row.effective_on]
        return [
            self._coming(_MEASURE_EFFECT, row, f"{row.identifier}: {row.title}", row.effective_on, row.official_url)
            for row in enacted
            if (row.jurisdiction, row.effective_on) not in coded
        ]

    def _near(self, listed: Collection[int]) -> list[Coming]:
        """Measures one step away, moved within the year, whose session has not ended; but for those `listed` already."""
        cut_off = self.record.window.day
        ended = {(row.jurisdiction, row.identifier) for row in self.record.sessions if row.ends_on and row.ends_on <= cut_off}
        alive = (state for state in self.record.measures if (state.row.jurisdiction, state.row.session) not in ended)
        near = (state for state in alive if state.row.id not in listed and not _in_effect(state.row, cut_off))
        return [self._one_step_away(state.row, *reached) for state in near if (reached := _near_stage(state, cut_off))]

    def _one_step_away(self, row: Any, stage: Stage, since: date) -> Coming:
        title = f"{row.identifier}: {row.title} (at this stage since {civil(since)})"
        label = f"{self.labels.term(stage).label}, {_NEAR_STAGE}"
        return self._coming(Term(stage.value, label), row, title, None, row.official_url)

    def _sessions(self) -> list[Coming]:
        events = []
        for row in self.record.sessions:
            for kind, day in ((EventKind.SESSION_START, row.starts_on), (EventKind.SESSION_END, row.ends_on)):
                if day is not None:
                    place, ahead = self.labels.place(row.jurisdiction), (day - self.record.window.day).days
                    events.append(Coming(Term(kind.value, _EVENTS[kind]), place, None, row.name, day, day, ahead, "", "", ""))
        return events


def _near_stage(state: MeasureState, cut_off: date) -> tuple[Stage, date] | None:
    """The stage from which one act may still make law of a measure that moved within the year, and the day on which it came to it."""
    stage, since = state.stage, state.since
    return (stage, since) if stage in _NEAR and since is not None and since >= cut_off - _YEAR else None


def _in_effect(row: Any, cut_off: date) -> bool:
    """Whether a measure's effect is coded, or its stated day has come."""
    return bool(row.effect_as_enacted or (row.effective_on and row.effective_on <= cut_off))


def _of_item(it: Item) -> Coming:
    links = [(link.url, link.type) for one in it.evidence for link in one.links]
    url, kind = links[0] if links else ("", "")
    title = f"{it.before.label} → {it.after.label}"
    return Coming(it.kind, it.place, it.substance, title, it.day, it.latest, it.days_to_go, url, kind, "", not it.verified)


def in_order(steps: Iterable[Coming]) -> tuple[Coming, ...]:
    """By day, those without a day last."""
    return tuple(sorted(steps, key=lambda step: (step.day or date.max, step.kind.code, step.place.name, step.title)))
