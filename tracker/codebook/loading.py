"""Builds the codebook from its data files. Files in, frozen values out: no database, no clock, no network."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from crawler.parsing.matching import ANY_LANGUAGE, MatchingError, Mode, Term
from tracker.codebook.model import (
    Clause,
    Codebook,
    Jurisdiction,
    KnownList,
    Label,
    OfficialSource,
    ScaleStep,
    StatusRule,
    Substance,
    folded,
    label_group,
)
from tracker.codebook.tables import DATA, CodebookError, Row, read_file, read_table
from tracker.domain import vocabulary
from tracker.domain.dates import parse_day
from tracker.domain.entries import Session
from tracker.domain.vocabulary import Basis, Component, Conduct, Effect, Level, LinkType, Status, UnknownTerm, term

HEAD = "codebook.toml"
TERM_COLUMNS = ("text", "substance", "languages", "mode", "needs", "unless", "asked")
ROLES = ("product", "concentrate", "class")
ROLE_COLUMNS = ("role", "substance", "note")
LIST_COLUMNS = ("key", "jurisdiction", "language", "phrase", "conducts", "effect", "basis", "schedule", "note")
ASKED_AT_MOST = 4
"""Search words a language: each costs a source that searches by itself one request a page, at every crawl."""
SOURCE_COLUMNS = (
    *("jurisdiction", "publisher", "name", "kind", "base_url", "machine_format", "auth", "query_example"),
    *("language", "search_terms", "licence", "note"),
)


@cache
def load(folder: Path | None = None) -> Codebook:
    """The codebook of this package, or the one in `folder`, read once."""
    return read_codebook(folder or DATA)


def read_codebook(folder: Traversable) -> Codebook:
    """The codebook in `folder`. Raises CodebookError naming file, line, column and word."""
    head = tomllib.loads(read_file(folder, HEAD))
    substances = {row.code: row for row in _substances(folder)}
    jurisdictions = _jurisdictions(folder)
    labels = _labels(head["labels"])
    sessions = _sessions(folder, jurisdictions)
    return Codebook(
        version=head["version"],
        subject=head["subject"],
        default_zone=head["default_zone"],
        compiled_on=head["baseline"]["compiled_on"],
        looked_in=head["baseline"]["looked_in"],
        looked_with=head["baseline"]["terms"],
        substances=MappingProxyType(substances),
        jurisdictions=MappingProxyType(jurisdictions),
        terms=tuple(_terms(folder, substances)),
        roles=MappingProxyType(_roles(folder, substances)),
        lists=tuple(_lists(folder, jurisdictions)),
        labels=MappingProxyType(labels),
        scale=tuple(_scale(head["scale"], labels)),
        hosts=MappingProxyType(_hosts(folder)),
        sessions=sessions,
        measure_kinds=MappingProxyType(head["measure_kinds"]),
        sources=tuple(_sources(folder, jurisdictions)),
        status_rules=tuple(_status_rules(folder)),
        _words=MappingProxyType(_jurisdiction_words(jurisdictions)),
        _session_words=MappingProxyType(_session_words(sessions)),
    )


def _substances(folder: Traversable) -> list[Substance]:
    rows = read_table(folder, "substances.csv", ("code", "name", "rank", "definition"))
    substances = [
        Substance(row.filled("code"), row.filled("name"), row.read("rank", int), row.filled("definition")) for row in rows
    ]
    return sorted(substances, key=lambda substance: substance.rank)


def _jurisdictions(folder: Traversable) -> dict[str, Jurisdiction]:
    rows = read_table(folder, "jurisdictions.csv", ("code", "name", "level", "kind", "parent", "aliases"))
    codes = {row["code"] for row in rows}
    jurisdictions: dict[str, Jurisdiction] = {}
    for row in rows:
        if row["code"] in jurisdictions:
            row.fail("code", f"{row['code']!r} stands here twice")
        parent = row.known("parent", codes) if row["parent"] else None
        jurisdictions[row["code"]] = Jurisdiction(
            row.filled("code"), row.filled("name"), row.term("level", Level), row["kind"], parent, row.words("aliases")
        )
    return jurisdictions


def _jurisdiction_words(jurisdictions: Mapping[str, Jurisdiction]) -> dict[str, tuple[str, ...]]:
    """Code, alias and name, folded, to the codes that they may mean."""
    exact: dict[str, list[str]] = defaultdict(list)
    names: dict[str, list[str]] = defaultdict(list)
    for code, place in jurisdictions.items():
        for word in (code, *place.aliases):
            exact[folded(word)].append(code)
        names[folded(place.name)].append(code)
    return {word: tuple(dict.fromkeys(exact.get(word, []) + names.get(word, []))) for word in {*exact, *names}}


def _terms(folder: Traversable, substances: Mapping[str, Substance]) -> Iterator[Term]:
    """A spelling a row; `needs`, `unless` and both lists of languages are divided by `|`."""
    asked: Counter[str] = Counter()
    for row in read_table(folder, "terms.csv", TERM_COLUMNS):
        words = {column: row.words(column, "|") for column in ("languages", "needs", "unless", "asked")}
        substance, mode = row.known("substance", substances), cast(Mode, row["mode"])
        try:
            term = Term(row["text"], substance, mode=mode, **words)
        except MatchingError as refused:
            row.fail("text", str(refused))
        asked.update(term.asked)  # counted row by row, so that the row which is one too many is named
        for language in _asked_too_much(asked):
            row.fail("asked", f"more than {ASKED_AT_MOST} terms are asked in {language!r}; leave the least telling to matching")
        yield term


def _asked_too_much(asked: Mapping[str, int]) -> list[str]:
    everywhere = asked.get(ANY_LANGUAGE, 0)
    return [language for language, own in asked.items() if own + everywhere * (language != ANY_LANGUAGE) > ASKED_AT_MOST]


def _roles(folder: Traversable, substances: Mapping[str, Substance]) -> dict[str, str]:
    roles = {row["role"]: row.known("substance", substances) for row in read_table(folder, "roles.csv", ROLE_COLUMNS)}
    if set(roles) != set(ROLES):
        raise CodebookError(f"roles.csv names {', '.join(sorted(roles))}; it must name {', '.join(ROLES)}")
    return roles


def _lists(folder: Traversable, jurisdictions: Mapping[str, Jurisdiction]) -> Iterator[KnownList]:
    for row in read_table(folder, "lists.csv", LIST_COLUMNS):
        yield KnownList(
            row.filled("key"),
            row.known("jurisdiction", jurisdictions),
            row.filled("language"),
            row.filled("phrase"),
            row.read("conducts", _conducts),
            row.term("effect", Effect),
            row.term("basis", Basis),
            row["schedule"] or None,
            row["note"],
        )


def _conducts(cell: str) -> tuple[Conduct, ...]:
    return tuple(term(Conduct, word) for word in cell.split("|"))


def _labels(groups: Mapping[str, Mapping[str, list[str]]]) -> dict[str, Mapping[str, Label]]:
    kinds = {label_group(kind): kind for kind in _vocabularies()}
    by_group: dict[str, Mapping[str, Label]] = {}
    for group, labels in groups.items():
        if group not in kinds:
            raise CodebookError(f"{HEAD}: [labels.{group}] is not a vocabulary; known: {', '.join(sorted(kinds))}")
        for word in labels:
            _head_term(kinds[group], word, f"labels.{group}")
        by_group[group] = MappingProxyType({word: Label(*texts) for word, texts in labels.items()})
    return by_group


def _vocabularies() -> list[type[StrEnum]]:
    named = [getattr(vocabulary, name) for name in vocabulary.__all__]
    return [kind for kind in named if isinstance(kind, type) and issubclass(kind, StrEnum)]


def _head_term(kind: type[StrEnum], word: str, place: str) -> StrEnum:
    try:
        return term(kind, word)
    except UnknownTerm as refused:
        raise CodebookError(f"{HEAD}: [{place}]: {refused}") from None


def _scale(steps: list[dict[str, str]], labels: Mapping[str, Mapping[str, Label]]) -> Iterator[ScaleStep]:
    for step in steps:
        status = Status(_head_term(Status, step["status"], "scale"))
        yield ScaleStep(status, labels["status"][status].label, step["code"], step["fill"], step["pattern"])


def _hosts(folder: Traversable) -> dict[str, LinkType]:
    rows = read_table(folder, "link_hosts.csv", ("host", "link_type", "note"))
    return {row.filled("host"): row.term("link_type", LinkType) for row in rows}


def _sessions(folder: Traversable, jurisdictions: Mapping[str, Jurisdiction]) -> tuple[Session, ...]:
    columns = ("jurisdiction", "identifier", "name", "starts_on", "ends_on", "aliases")
    return tuple(
        Session(
            row.known("jurisdiction", jurisdictions),
            row.filled("identifier"),
            row["name"],
            row.read("starts_on", parse_day) if row["starts_on"] else None,
            row.read("ends_on", parse_day) if row["ends_on"] else None,
            row.words("aliases"),
        )
        for row in read_table(folder, "sessions.csv", columns)
    )


def _session_words(sessions: tuple[Session, ...]) -> dict[tuple[str, str], Session]:
    by_word: dict[tuple[str, str], Session] = {}
    for session in sessions:
        for word in {folded(text) for text in (session.identifier, *session.aliases)}:
            if (session.jurisdiction, word) in by_word:
                raise CodebookError(f"sessions.csv: {word!r} names two sessions of {session.jurisdiction}")
            by_word[session.jurisdiction, word] = session
    return by_word


def _sources(folder: Traversable, jurisdictions: Mapping[str, Jurisdiction]) -> Iterator[OfficialSource]:
    for row in read_table(folder, "official_sources.csv", SOURCE_COLUMNS):
        cells: dict[str, Any] = dict(row.cells)
        cells["jurisdiction"] = row.known("jurisdiction", jurisdictions)
        cells["search_terms"] = row.words("search_terms")
        del cells["language"]
        yield OfficialSource(**cells, languages=row.words("language"))


def _status_rules(folder: Traversable) -> Iterator[StatusRule]:
    for row in read_table(folder, "status_rules.csv", ("case", "clauses", "status", "reason")):
        clauses = tuple(_clause(row, text) for text in row.words("clauses"))
        yield StatusRule(row.filled("case"), clauses, row.maybe("status", Status), row.filled("reason"))


def _clause(row: Row, text: str) -> Clause:
    """`sell conditional age label 21`: a conduct, an effect, components, and a number that is the minimum age."""
    conduct, effect, *rest = text.split()
    ages = [int(word) for word in rest if word.isdigit()]
    try:
        components = frozenset(term(Component, word) for word in rest if not word.isdigit())
        return Clause(term(Conduct, conduct), term(Effect, effect), components, ages[0] if ages else None)
    except UnknownTerm as refused:
        row.fail("clauses", str(refused))
