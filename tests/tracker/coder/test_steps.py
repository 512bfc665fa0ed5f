"""A step has the stage of its source's code, or the one that the coder reads in its words."""

from crawler.contract.items import ActionItem, DocumentItem, DocumentKind, Stage
from tracker.coder import staged


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
    words = (
        "Signed by President.",
        "Signed by the President of the Senate",
        "Referred to the Subcommittee on Health.",
        "Star print ordered.",
    )
    item = staged(
        page(*(ActionItem("2026-11-26", text) for text in words), ActionItem("2026-11-20", "Signed by Governor", Stage.VETOED))
    )
    assert [action.stage for action in item.actions] == [Stage.ENACTED, None, Stage.IN_COMMITTEE, None, Stage.VETOED]


def test_a_language_that_the_coder_does_not_read_is_left() -> None:
    item = page(ActionItem("2026-11-26", "Signed by Governor"), language="xx")
    assert staged(item) is item
