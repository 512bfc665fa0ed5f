"""A document that the coder cannot read within its limits is named; the others of its run are coded."""

import pytest

from crawler.parsing.bounded import Limits
from tests.tracker.replays import document, live
from tracker.pipeline import follow_up
from tracker.review import proposals
from tracker.workspace import Workspace

PAGE = "https://data.finlex.fi/eli/sd"
AT = "2026-01-01T00:00:00+00:00"
TEXT = "Section 1. It is unlawful for any person to sell, distribute or possess kratom in this state."


def test_a_document_that_is_coded_for_ever_costs_itself(empty: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    as_ever = proposals.read

    def read(item, *rest):  # type: ignore[no-untyped-def]
        while item.identifier == "endless":
            pass
        return as_ever(item, *rest)

    monkeypatch.setattr(proposals, "read", read)
    monkeypatch.setattr(follow_up, "CODING", Limits(seconds=1, memory=256 * 1024 * 1024))
    items = [document(f"{PAGE}/{name}", TEXT, AT, identifier=name, language="en") for name in ("endless", "other")]
    run = live(empty, "fi_finlex", items, AT)
    assert run.left_out == ("endless is left out: coding it ran out of time: 1 seconds of the processor",)
    assert run.proposals > 0
