"""Gathers the acts that the baseline cites, so that each stands once under its preferred key, whatever a row calls it."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.codebook.identifiers import KINDS, InstrumentKey, acts_named, instrument_keys
from tracker.codebook.model import Codebook
from tracker.codebook.tables import Row
from tracker.domain.entries import Instrument


@dataclass
class _Act:
    """One act under every key that a row gave it."""

    jurisdiction: str
    title: str
    keys: frozenset[InstrumentKey]

    @property
    def preferred(self) -> InstrumentKey:
        return min(self.keys, key=lambda one: (KINDS.index(one.kind), one.key))

    def joined(self, other: _Act) -> _Act:
        return _Act(self.jurisdiction, self.title, self.keys | other.keys)


class Acts:
    """The acts met so far. `learn` every row first; then `key` gives a row's act its one key."""

    def __init__(self, codebook: Codebook) -> None:
        self._codebook = codebook
        self._acts: dict[InstrumentKey, _Act] = {}

    def learn(self, row: Row) -> None:
        """Take in the acts that a row cites: the first made its rule, the others are kept if they have a number."""
        self._add(row, row["instrument"], self._first(row))
        for text in acts_named(row["instrument"])[1:]:
            keys = instrument_keys(row["jurisdiction"], text, self._codebook.session_in)
            if keys[0].kind != "title":
                self._add(row, text, keys)

    def key(self, row: Row) -> str:
        """The key of the act that made the rule of a row."""
        return self._acts[self._first(row)[0]].preferred.key

    def instruments(self) -> tuple[Instrument, ...]:
        """Every act once, in the order of keys; its other keys are aliases."""
        acts = {act.preferred.key: act for act in self._acts.values()}
        return tuple(_instrument(acts[key]) for key in sorted(acts))

    def _first(self, row: Row) -> tuple[InstrumentKey, ...]:
        if given := row["instrument_key"]:
            return instrument_keys(row["jurisdiction"], given, self._codebook.session_in)
        return instrument_keys(row["jurisdiction"], acts_named(row["instrument"])[0], self._codebook.session_in)

    def _add(self, row: Row, title: str, keys: tuple[InstrumentKey, ...]) -> None:
        act = _Act(row["jurisdiction"], title, frozenset(keys))
        for known in {id(act_of_key): act_of_key for key in keys if (act_of_key := self._acts.get(key))}.values():
            act = known.joined(act)
        for key in act.keys:
            self._acts[key] = act


def _instrument(act: _Act) -> Instrument:
    preferred = act.preferred
    aliases = tuple(sorted(one.key for one in act.keys if one != preferred))
    url = preferred.key if preferred.kind == "eli" else ""
    return Instrument(preferred.key, act.jurisdiction, act.title, preferred.kind, url=url, aliases=aliases)
