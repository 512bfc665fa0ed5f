"""A proposal is kept as one JSON object: as it was always written, read into one type, and refused where it is damaged."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from tracker.domain.proposals import MeasureName
from tracker.domain.records import Limit
from tracker.domain.vocabulary import Component, Conduct, Consequence, DocumentKind, Effect, LimitPer, Stage
from tracker.store.mapping import proposals

KEPT = """{"act": {"dates": {"enacted": "2026-04-14", "expires": "2028-01-01", "in_force": "2026-07-01"}, "identifier": "ch. 7", \
"kind": "act", "official_url": "https://example.gov/7", "title": "An act"}, "basis": "consumer_protection", \
"components": ["age", "label"], "conduct": "sell", "decisive": null, "document": "ch. 7", "document_kind": "act", \
"effect": "conditional", "instrument": "US-TN Acts 2026 ch. 7", "jurisdiction": "US-TN", "limits": [{"analyte": "a", \
"consequence": "unlawful_to_sell", "group": "", "per": "per_serving", "reference": "", "unit": "mg", "value": "1"}], \
"measure": ["114", "HB 7"], "min_age": 21, "note": null, "official_url": "https://example.gov/7", "pinpoint": "", \
"quote": "No person  shall sell § 1", "quote_end": 25, "quote_start": 0, "schedule": null, "source": "us_tn", "stage": "enacted", \
"substance": "x", "valid_from": null, "valid_to": null}"""


def test_what_was_kept_reads_and_is_written_as_it_stood() -> None:
    proposal = proposals.read(1, KEPT)
    assert (proposal.conduct, proposal.effect, proposal.document_kind, proposal.stage) == (
        Conduct.SELL,
        Effect.CONDITIONAL,
        DocumentKind.ACT,
        Stage.ENACTED,
    )
    assert proposal.limits == (Limit("a", "1", "mg", LimitPer.PER_SERVING, Consequence.UNLAWFUL_TO_SELL),)
    assert proposal.components == (Component.AGE, Component.LABEL)
    assert proposal.measure == MeasureName("114", "HB 7")
    assert proposals.write(proposal) == KEPT


def test_a_document_without_stage_or_measure_reads() -> None:
    proposal = proposals.read(1, KEPT.replace('"enacted", "sub', '"", "sub').replace('["114", "HB 7"]', "null"))
    assert (proposal.stage, proposal.measure) == ("", None)


def test_the_first_day_is_the_texts_then_the_persons_then_the_publishers() -> None:
    proposal = proposals.read(1, KEPT)
    stated = replace(proposal, valid_from=date(2026, 5, 1))
    given = date(2026, 6, 1)
    assert [one.first_day(given) for one in (stated, proposal)] == [date(2026, 5, 1), given]
    assert proposal.first_day() == date(2026, 7, 1)
    assert proposal.end == date(2028, 1, 1)


def test_equal_blanks_make_one_quote() -> None:
    proposal = proposals.read(1, KEPT)
    assert proposal.provision_key == "US-TN|x|sell|US-TN Acts 2026 ch. 7|"
    assert replace(proposal, quote="No person shall sell § 1").quote_digest == proposal.quote_digest
    assert replace(proposal, quote="No person shall sell § 2").quote_digest != proposal.quote_digest


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("effect", "allowed", "effect"), ("valid_from", "soon", "valid_from"), ("quote_start", "0", "quote_start")],
)
def test_a_damaged_one_is_named(name: str, value: object, words: str) -> None:
    with pytest.raises(proposals.ProposalDamaged, match=f"proposal 7 cannot be read: {words}"):
        proposals.read(7, json.dumps(json.loads(KEPT) | {name: value}))
