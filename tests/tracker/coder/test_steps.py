"""A step has the stage of its source's code, or the one that the coder reads in its words."""

import pytest

from crawler.contract.items import ActionItem, DocumentItem, DocumentKind, Stage
from tracker.coder import staged
from tracker.coder.languages import DEFAULT
from tracker.coder.languages.structure import StepKind
from tracker.coder.steps import kind_of, last_stage


def page(*actions: ActionItem, language: str = "en") -> DocumentItem:
    return DocumentItem(
        source="legislature",
        jurisdiction="US-KY",
        identifier="a page",
        kind=DocumentKind.STATUS_PAGE,
        title="An act",
        official_url="https://legislature.example/1",
        language=language,
        text="",
        actions=actions,
    )


def test_words_are_staged_where_the_source_has_no_code() -> None:
    words = ("Referred to the Subcommittee on Health.", "Star print ordered.", "Presented to Governor")
    item = staged(page(*(ActionItem("2026-11-26", text) for text in words), ActionItem("2026-11-27", "Done", Stage.VETOED)))
    assert [action.stage for action in item.actions] == [Stage.IN_COMMITTEE, None, Stage.TO_EXECUTIVE, Stage.VETOED]


def test_a_history_with_its_newest_line_first_is_read_from_its_end() -> None:
    lines = ("Passed House in concurrence", "Referred to House Committee on Rules", "Passed Senate", "Introduced")
    item = staged(page(*(ActionItem(f"2026-03-0{9 - place}", text) for place, text in enumerate(lines))))
    both, first = Stage.PASSED_BOTH_CHAMBERS, Stage.PASSED_FIRST_CHAMBER
    assert [action.stage for action in item.actions] == [both, None, first, Stage.INTRODUCED]


def test_a_language_that_the_coder_does_not_read_is_left() -> None:
    item = page(ActionItem("2026-11-26", "Signed by Governor"), language="xx")
    assert staged(item) is item


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Committee substitute reported do pass", StepKind.COMMITTEE),
        ("House of Representatives: Do Pass, Passed, YEAS 40, NAYS 10", StepKind.PASSED),
        ("Third Reading Passed (39-0)", StepKind.PASSED),
        ("3rd reading, failed 40-55", StepKind.FAILED),
        ("Introduced, Passed on First Consideration", StepKind.INTRODUCED),
        ("Passed on Second Consideration, refer to Senate Judiciary Committee", StepKind.NOTHING),
        ("Passed 2nd Reading", StepKind.NOTHING),
        ("Passed by indefinitely in General Laws (9-Y 6-N)", StepKind.FAILED),
        ("Passed by temporarily", StepKind.NOTHING),
        ("Floor amendment #2 failed", StepKind.NOTHING),
        ("Motion to reconsider adopted", StepKind.NOTHING),
        ("Refused to concur in Senate amendments", StepKind.RETURNED),
        ("House concurs in Senate amendments", StepKind.PASSED_BOTH),
        ("Signed by President", StepKind.PASSED_BOTH),
        ("Public Act 26-12", StepKind.PASSED_BOTH),
        ("Transmitted by Secretary of the State to Governor", StepKind.TO_EXECUTIVE),
        ("Sent to Governor for signature", StepKind.TO_EXECUTIVE),
        ("Approved by Governor-Chapter 596 (effective 7/1/23)", StepKind.SIGNED),
        ("Governor Action - Signed", StepKind.SIGNED),
        ("Not signed by Governor", StepKind.NOTHING),
        ("Became law without Governor's signature", StepKind.LAW),
        ("Law w/o Gov signature", StepKind.LAW),
        ("Fiscal note: costs if the bill becomes law", StepKind.NOTHING),
        ("House amendment 1 adopted; effective date changed to January 1, 2027", StepKind.NOTHING),
        ("Effective date: 07/01/2026", StepKind.EFFECTIVE),
        ("Governor Line Item Veto", StepKind.LINE_ITEM_VETO),
        ("Partially Vetoed", StepKind.LINE_ITEM_VETO),
        ("Not signed; returned by Governor with objections", StepKind.VETOED),
        ("Conditional Veto, Received in the Assembly", StepKind.VETOED),
        ("Motion to override veto failed", StepKind.SUSTAINED),
        ("VETO was SUSTAINED", StepKind.SUSTAINED),
        ("VETO was NOT SUSTAINED", StepKind.OVERRIDDEN),
        ("Passed notwithstanding objections of the Governor", StepKind.OVERRIDDEN),
        ("Withdrawn From Com", StepKind.COMMITTEE),
        ("Withdrawn from further consideration", StepKind.WITHDRAWN),
        ("Withdrawn as a coauthor", StepKind.NOTHING),
        ("Tabled for the Calendar, Senate", StepKind.NOTHING),
        ("Laid on Table", StepKind.NOTHING),
        ("Left in committee", StepKind.FAILED),
        ("Carried over to 2027 Regular Session", StepKind.CARRIED_OVER),
    ],
)
def test_what_a_line_tells_of(line: str, kind: StepKind) -> None:
    assert kind_of(line, DEFAULT.stages) is kind


@pytest.mark.parametrize(
    ("lines", "stage"),
    [
        (["Introduced", "Passed House", "Passed Senate"], Stage.PASSED_BOTH_CHAMBERS),
        (["Passed House", "Passed Senate as amended"], Stage.PASSED_FIRST_CHAMBER),
        (["Passed House", "Passed Senate with an amendment", "House concurred in Senate amendment"], Stage.PASSED_BOTH_CHAMBERS),
        (
            ["Third reading passed", "Received from the House", "Referred to Health", "Third reading passed"],
            Stage.PASSED_BOTH_CHAMBERS,
        ),
        (["Passed House", "Bill passed House by title"], Stage.PASSED_FIRST_CHAMBER),
        (["Vetoed by Governor", "Veto overridden by House"], Stage.VETOED),
        (["Vetoed by Governor", "Veto overridden by House", "Veto overridden by Senate"], Stage.ENACTED),
        (["Vetoed by Governor", "Both Houses Override Total Veto"], Stage.ENACTED),
        (["Vetoed by Governor", "Governor's veto overridden by Senate", "House sustained Governor's veto"], Stage.VETOED),
        (["Passed House", "Died in committee"], Stage.FAILED),
        (["Defeated on third reading", "Passed House"], Stage.PASSED_FIRST_CHAMBER),
        (["Signed by Governor", "Referred to State Library", "Died"], Stage.ENACTED),
        (["Carried over", "Referred to Health Committee"], Stage.IN_COMMITTEE),
    ],
)
def test_where_a_history_leaves_a_measure(lines: list[str], stage: Stage) -> None:
    assert last_stage(lines, DEFAULT.stages) is stage
