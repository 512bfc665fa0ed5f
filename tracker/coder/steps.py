"""Goes through the steps of a measure, oldest first, and says at which stage each leaves it.

A measure fails, is withdrawn or vetoed until something later revives it; it has passed both chambers when each has passed the same text.
Where the source has a stage for a step by a code of its own, that stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from crawler.contract.items import ActionItem, DocumentItem
from tracker.coder import languages
from tracker.coder.languages.structure import StageWords, StepKind
from tracker.domain.measures import ORDER
from tracker.domain.vocabulary import Stage

_ENDED = (Stage.VETOED, Stage.FAILED, Stage.WITHDRAWN, Stage.CARRIED_OVER)
_ALWAYS = {
    StepKind.TO_EXECUTIVE: Stage.TO_EXECUTIVE,
    **dict.fromkeys((StepKind.SIGNED, StepKind.LAW, StepKind.EFFECTIVE, StepKind.LINE_ITEM_VETO), Stage.ENACTED),
    **dict.fromkeys((StepKind.VETOED, StepKind.SUSTAINED), Stage.VETOED),
    StepKind.FAILED: Stage.FAILED,
    StepKind.WITHDRAWN: Stage.WITHDRAWN,
    StepKind.CARRIED_OVER: Stage.CARRIED_OVER,
}
_EARLY = {StepKind.INTRODUCED: Stage.INTRODUCED, StepKind.COMMITTEE: Stage.IN_COMMITTEE}


def kind_of(line: str, words: StageWords) -> StepKind:
    """What one line tells of by itself. A floor vote that the nays win is a failure, whatever is said beside it."""
    if _voted_down(line, words):
        return StepKind.FAILED
    fits = (rule.kind for rule in words.STEPS if rule.words.search(line) and not (rule.unless and rule.unless.search(line)))
    return next(fits, StepKind.NOTHING)


def staged(item: DocumentItem) -> DocumentItem:
    """The document with a stage for each of its steps that reaches one. What the source says by a code of its own stands."""
    speech = languages.speech(item.language)
    if speech is None or all(action.stage for action in item.actions):
        return item
    days = [action.on for action in item.actions]
    ordered = list(reversed(item.actions)) if newest_first(days) else list(item.actions)
    road, stages = Road(), {}
    for action in ordered:
        stages[id(action)] = road.take(action.text, speech.stages, action.stage)
    return replace(item, actions=tuple(_with(action, stages[id(action)]) for action in item.actions))


def newest_first(days: Sequence[str]) -> bool:
    """Whether a history is printed with its newest line first."""
    return bool(days) and days[0] > days[-1]


def _with(action: ActionItem, stage: Stage | None) -> ActionItem:
    return action if action.stage else replace(action, stage=stage)


@dataclass(slots=True)
class Road:
    """How far a measure has come. `passed` are the chambers that passed it, `apart` whether it moved on after the last passage."""

    stage: Stage | None = None
    passed: set[str] = field(default_factory=set)
    overridden: set[str] = field(default_factory=set)
    apart: bool = False

    def take(self, line: str, words: StageWords, known: Stage | None = None) -> Stage | None:
        """Take a step; returns the stage that it reaches, None where it moves nothing."""
        if known is not None:
            self._learn(known, line, words)
            return known
        stage = self._reached(kind_of(line, words), line, words)
        if stage is not None:
            self.stage = stage
        return stage

    def _learn(self, stage: Stage, line: str, words: StageWords) -> None:
        self.stage = stage
        if stage is Stage.PASSED_FIRST_CHAMBER:
            self.passed.add(_chamber(line, words))

    def _reached(self, kind: StepKind, line: str, words: StageWords) -> Stage | None:
        if kind in _ALWAYS:
            # What ends a measure cannot end what is law; a later paper of what is law says so again.
            law = self.stage is Stage.ENACTED and kind not in (StepKind.SIGNED, StepKind.LAW)
            return None if law else _ALWAYS[kind]
        if kind in _EARLY:
            self.apart = self.apart or bool(self.passed)
            return _EARLY[kind] if self.stage is None or self._before(_EARLY[kind]) else None
        match kind:
            case StepKind.PASSED:
                return self._passes(_chamber(line, words), bool(words.AMENDED.search(line)))
            case StepKind.SENT:
                self.apart = True
                return Stage.PASSED_FIRST_CHAMBER if self._before(Stage.PASSED_FIRST_CHAMBER) else None
            case StepKind.PASSED_BOTH:
                return Stage.PASSED_BOTH_CHAMBERS if self._before(Stage.PASSED_BOTH_CHAMBERS) else None
            case StepKind.RETURNED:
                return Stage.PASSED_FIRST_CHAMBER if self.stage is Stage.PASSED_BOTH_CHAMBERS else None
            case StepKind.OVERRIDDEN:
                return self._override(line, words)
        return None

    def _before(self, stage: Stage) -> bool:
        """Whether a step to `stage` leads on: from an earlier one, or from an end that it undoes."""
        revived = self.stage in _ENDED and ORDER[stage] >= ORDER[Stage.PASSED_FIRST_CHAMBER]
        return self.stage is None or revived or self.stage is Stage.CARRIED_OVER or ORDER[self.stage] < ORDER[stage]

    def _passes(self, chamber: str, amended: bool) -> Stage | None:
        second = bool(self.passed - {chamber}) if chamber else bool(self.passed) and self.apart
        self.passed.add(chamber)
        self.apart = False
        stage = Stage.PASSED_BOTH_CHAMBERS if second and not amended else Stage.PASSED_FIRST_CHAMBER
        return stage if self._before(stage) else None

    def _override(self, line: str, words: StageWords) -> Stage | None:
        """A veto is overridden when both chambers have done so; a line that names none tells of the whole."""
        chamber = _chamber(line, words)
        self.overridden.add(chamber)
        return Stage.ENACTED if not chamber or len(self.overridden) > 1 else None


def _chamber(line: str, words: StageWords) -> str:
    """The chamber that acts: the only one that a line names, but for the one to which it sends the measure."""
    acting = words.OTHER_CHAMBER.sub(" ", line)
    for text in (acting, line):
        lower, upper = bool(words.LOWER_CHAMBER.search(text)), bool(words.UPPER_CHAMBER.search(text))
        if lower != upper:
            return "lower" if lower else "upper"
    return ""


def _voted_down(line: str, words: StageWords) -> bool:
    """A floor vote in which the nays outnumber the yeas."""
    votes = words.VOTES.search(line)
    return bool(votes and int(votes[1]) < int(votes[2]) and not words.LESSER_VOTE.search(line))


def last_stage(lines: Iterable[str], words: StageWords) -> Stage | None:
    """The stage at which the lines of a history, oldest first, leave a measure."""
    road = Road()
    for line in lines:
        road.take(line, words)
    return road.stage
