"""Spiders and coder find the subject with one matcher and the same terms, so that neither drops what the other would read."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from scrapy.utils.test import get_crawler

from crawler import settings
from crawler.families.base import SourceSpider
from crawler.parsing.matching import Term, find, write_terms
from tests.conftest import SHARED, needs_shared
from tests.crawler.localspider import LocalSpider
from tracker.codebook import load

CODEBOOK = load()
_SETTINGS = {name: value for name, value in vars(settings).items() if name.isupper()}
LANGUAGES = sorted({language for term in CODEBOOK.terms for language in term.languages} - {"*"})


def spider(language: str) -> SourceSpider:
    """A spider of a source in that language, with the terms that the crawl process is given."""
    kind = type("Spider", (LocalSpider,), {"facts": replace(LocalSpider.facts, languages=(language,))})
    made = kind.from_crawler(get_crawler(kind, _SETTINGS | {"SEARCH_TERMS": write_terms(CODEBOOK.terms)}))
    assert isinstance(made, SourceSpider)
    return made


def agreed(text: str, language: str) -> bool:
    """Whether a text names the subject; spider and coder must give one answer."""
    named = bool(find(text, CODEBOOK.terms, language))
    assert spider(language).matches(text, language) is named
    return named


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_is_found_by_both_in_its_language_alone(language: str) -> None:
    made = spider(language)
    for term in CODEBOOK.terms:
        text = f"… {term.text}. {' '.join(term.needs)}"
        assert made.matches(text, language) is bool(find(text, CODEBOOK.terms, language))
        assert made.matches(text, language) or not term.speaks(language)


@pytest.mark.parametrize(
    ("text", "language", "named"),
    [
        ("อยู่ในกระท่อมหลังนั้น", "th", False),
        ("ยาเสพติดให้โทษ เช่น กระท่อม", "th", True),
        ("z birokratom", "sl", False),
        ("7-OH of cannabidiol", "en", False),
        ("7-OH products", "en", True),
        ("ketum", "sv", False),
        ("Ketumba", "id", False),
        ("daun ketum", "ms", True),
    ],
)
def test_context_and_language_count_for_both(text: str, language: str, named: bool) -> None:
    assert agreed(text, language) is named


def texts() -> Iterator[tuple[str, str, str]]:
    """Name, language and text of what is labelled."""
    labelled = SHARED / "corpus" / "labelled"
    for line in (labelled / "dev.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        yield case["id"], case["language"] or "en", (labelled / "dev" / f"{case['id']}.txt").read_text("utf-8")


@needs_shared
def test_both_agree_on_every_labelled_text_and_the_few_words_asked_lead_to_nearly_all() -> None:
    named = [(name, language, text) for name, language, text in texts() if agreed(text, language)]
    assert len(named) >= 68
    missed = {name for name, language, text in named if not find(text, _asked(language), language)}
    assert missed == set()


def _asked(language: str) -> list[Term]:
    return [term for term in CODEBOOK.terms if term.is_asked(language)]


@needs_shared
def test_both_leave_out_the_false_positives() -> None:
    found = {}
    for path in sorted((SHARED / "corpus" / "world" / "xx-false-positives").iterdir()):
        language = path.name[:2].replace("si", "sl")
        found[path.name] = agreed(path.read_text("utf-8"), language)
    assert len(found) == 4
    assert not any(found.values())
