"""`explain`: the chain from an answer to the texts, captures and people behind it, and how to cite it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from tracker.cli.options import Data, Json, Known, On, OpenRecord, Substance, open_record
from tracker.cli.output import cell, instant, show_facts, show_json
from tracker.domain.vocabulary import Conduct, term

if TYPE_CHECKING:
    from tracker.domain.records import Key, Ref
    from tracker.history.effective import Effective
    from tracker.history.explain import Explanation

_CONDUCTS = "|".join(Conduct)
# A code may hold slashes and a substance is one word, so a conduct is told apart by being one of the known ones.
_ADDRESS = re.compile(
    rf"kratom-tracker:(?P<jurisdiction>.+)/(?P<substance>(?!(?:{_CONDUCTS})/)[^/]+)/(?:(?P<conduct>{_CONDUCTS})/)?"
    r"(?P<on>\d{4}-\d\d-\d\d)@(?P<known>\S+)"
)
_EVIDENCE = (
    "pinpoint",
    "citation",
    "authority",
    "made_on",
    "quote",
    "evidence_url",
    "link_type",
    "evidence_url_2",
    "looked_in",
    "terms",
    "looked_on",
    "coder",
    "reviewer",
    "origin",
    "note",
    "recorded_from",
)
_SAYS = ("conduct", "effect", "status", "value", "basis", "schedule", "min_age", "threshold", "components", "kind", "contested")
_CAPTURE = ("captured_at", "payload_digest", "warc_file", "warc_offset", "method", "url", "http_status")


class Chain(NamedTuple):
    """An answer with everything behind it."""

    explanation: Explanation
    effective: Effective
    known: datetime
    names: Mapping[str, str]
    conduct: str | None


def explain(
    jurisdiction: Annotated[str, typer.Argument(help="Code, alias or name; or a whole permanent address.")],
    substance: Substance = None,
    conduct: Annotated[str | None, typer.Option("--conduct", metavar="CONDUCT", help="One conduct, such as sell.")] = None,
    on: On = None,
    known: Known = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Why we say what we say. The statements that stand, with their texts and captures, what stands down and why, and since when
    we knew it.

    It ends with a citation whose permanent address gives the same answer whenever it is asked again.

    \b
    Examples:
      kratom-tracker explain US-TN --on 2026-08-01
      kratom-tracker explain US-TN --on 2026-08-01 --known 2026-11-25T12:00:00Z --json
      kratom-tracker explain FI --conduct sell --on 2020-01-01
    """
    if address := _ADDRESS.fullmatch(jurisdiction):
        jurisdiction, substance = address["jurisdiction"], address["substance"]
        conduct, on, known = address["conduct"], address["on"], address["known"]
    if conduct is not None:
        conduct = term(Conduct, conduct).value
    with open_record(data, on, known) as record:
        chain = _chain(record, jurisdiction, substance, conduct)
        if json:
            show_json(_as_dict(record, chain))
        else:
            _show(record, chain)


def _chain(record: OpenRecord, jurisdiction: str, substance: str | None, conduct: str | None) -> Chain:
    from tracker.domain.records import Key
    from tracker.history import effective, explain, places, status

    key = Key(record.place(jurisdiction).code, record.substance(substance))
    known = record.known_at
    where = places.all_places(record.connection)
    answers = status.on_day(record.connection, record.day, known, key.substance)
    return Chain(
        explain.explain(record.connection, key, record.day, known),
        effective.of_key(where, answers, key, record.day),
        known,
        {code: place.name for code, place in where.items()},
        conduct,
    )


def address(key: Key, conduct: str | None, day: Any, known: datetime) -> str:
    """The permanent address of an answer: the same question, with both its moments."""
    question = "/".join(part for part in (key.jurisdiction, key.substance, conduct) if part)
    return f"kratom-tracker:{question}/{day}@{instant(known)}"


def _citation(record: OpenRecord, chain: Chain) -> str:
    answer = chain.explanation.answer
    place, codebook = chain.names[answer.key.jurisdiction], record.workspace.codebook
    says, basis = codebook.label(answer.status).label, answer.get("citation")
    if chain.conduct:
        effect, basis = chain.explanation.effect_on(chain.conduct)
        says = f"{chain.conduct} {effect}" if basis else f"{chain.conduct}: no coded rule ({effect.replace('_', ' ')})"
    sentence = f"{place}, {codebook.substance(answer.key.substance).name}: {says} on {answer.day}"
    return (
        f"{sentence}{f' ({basis})' if basis else ''}, as known at {instant(chain.known)}. {codebook.subject} tracker, "
        f"codebook {codebook.version}. {address(answer.key, chain.conduct, answer.day, chain.known)}"
    )


def _headline(record: OpenRecord, chain: Chain) -> dict[str, Any]:
    answer, effective = chain.explanation.answer, chain.effective
    columns = (
        *("schedule", "min_age", "threshold", "components", "badges", "carve_outs", "food_law_position", "contested"),
        *(
            "valid_from",
            "valid_from_latest",
            "valid_to",
            "valid_to_latest",
            "date_basis",
            "confidence",
            "verified",
            "rule_version",
        ),
    )
    return {
        "jurisdiction": answer.key.jurisdiction,
        "name": chain.names[answer.key.jurisdiction],
        "substance": answer.key.substance,
        "conduct": chain.conduct,
        "effect": chain.explanation.effect_on(chain.conduct)[0] if chain.conduct else None,
        "on": answer.day,
        "known": chain.known,
        "status": answer.status.value,
        "meaning": record.workspace.codebook.label(answer.status).definition,
        "uncertain": answer.uncertain,
        "binding_status": effective.binding.value if effective.binding else None,
        "binding_from": effective.binding_from,
    } | {name: answer.get(name, None) for name in columns}


def _statement(ref: Ref, row: Any, captures: Mapping[int, Any]) -> dict[str, Any]:
    names = ("instrument", *_SAYS, "valid_from", "valid_from_latest", "valid_to", "valid_to_latest", "date_basis", *_EVIDENCE)
    statement = {"statement": f"{ref.kind}:{ref.id}"} | {name: getattr(row, name) for name in names if hasattr(row, name)}
    for url, kind in (("evidence_url", row.link_type), ("evidence_url_2", row.link_type_2)):
        if kind == "vendor":  # never shown as evidence
            statement.pop(url, None)
    capture = captures.get(row.capture) if row.capture is not None else None
    statement["capture"] = {name: getattr(capture, name) for name in _CAPTURE} if capture is not None else None
    return statement


def _relation(row: Any, captures: Mapping[int, Any]) -> dict[str, Any]:
    from tracker.domain.records import Ref
    from tracker.history.explain import target

    kind, number = target(row)
    acts = {"acts": f"{row.kind} {kind}:{number}", "scope": row.scope, "carve_out": row.carve_out}
    return acts | _statement(Ref("relation", row.id), row, captures)


def _as_dict(record: OpenRecord, chain: Chain) -> dict[str, Any]:
    explanation = chain.explanation
    captures = explanation.captures
    belief = explanation.belief
    return {
        "answer": _headline(record, chain),
        "standing": [_statement(ref, row, captures) for ref, row in explanation.standing.items()],
        "standing_down": [
            _statement(ref, row, captures) | {"because": explanation.why_not(ref)} for ref, row in explanation.fallen.items()
        ],
        "relations_acting": [_relation(row, captures) for row in explanation.acting],
        "readings": [{"says": row.says, "evidence_url": row.evidence_url} for row in explanation.readings],
        "claims": [dict(row._mapping) for row in explanation.claims],
        "known_since": None
        if belief is None
        else {name: getattr(belief, name) for name in ("recorded_at", "cause", "actor", "note", "codebook_version", "seal")},
        "citation": _citation(record, chain),
        "address": address(explanation.answer.key, chain.conduct, explanation.answer.day, chain.known),
    }


def _show(record: OpenRecord, chain: Chain) -> None:
    chain_facts = _as_dict(record, chain)
    head = chain_facts["answer"]
    print(f"{head['name']} ({head['jurisdiction']}), {head['substance']}, on {head['on']}: {head['status']}")
    hidden = {"jurisdiction", "name", "substance", "on", "status"}
    show_facts(((name, value) for name, value in head.items() if name not in hidden), "  ")
    _show_group("what stands", chain_facts["standing"])
    _show_group("what stands down", chain_facts["standing_down"])
    _show_group("relations acting on the day", chain_facts["relations_acting"])
    _show_group("rival readings", chain_facts["readings"])
    _show_group("what others claim", chain_facts["claims"], hidden={"id", "jurisdiction", "substance"})
    print("known since" if chain_facts["known_since"] else "nothing was recorded")
    show_facts(chain_facts["known_since"] or {}, "  ")
    print(f"cite as\n  {chain_facts['citation']}")


def _show_group(title: str, group: list[dict[str, Any]], hidden: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    if not group:
        return
    print(title)
    for one in group:
        facts = [
            (name, value)
            for name, value in one.items()
            if name not in hidden and name not in ("capture", "because") and cell(value)
        ]
        (first, value), *rest = facts
        print(f"  {first}: {cell(value)}")
        show_facts(rest, "    ")
        for reason in one.get("because", ()):
            print(f"    because: {reason}")
        if one.get("capture"):
            print("    capture")
            show_facts(one["capture"], "      ")
