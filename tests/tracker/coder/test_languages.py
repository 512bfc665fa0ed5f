"""Languages are folders: the engine beside them spells out no word of any, and a text is read as far as its language is known."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.parsing.months import MONTHS, month_number
from tests.tracker.coder.reading import read
from tracker.coder import languages

CODER = Path(languages.__file__).parents[1]


def patterns(path: Path) -> Iterator[str]:
    """The text of every pattern that a module gives to `re`, without the names of groups, escapes and classes of letters."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "re":
            parts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            yield re.sub(r"\(\?P<\w+>|\\u[0-9a-f]{4}|\\\w|\[[^\]]*\]", " ", "".join(parts))


@pytest.mark.parametrize("path", sorted(CODER.glob("*.py")), ids=lambda path: path.stem)
def test_no_pattern_of_the_engine_holds_a_word(path: Path) -> None:
    assert [pattern for pattern in patterns(path) if re.search(r"[^\W\d_]{3}", pattern)] == []


def test_the_words_of_rules_are_found_by_the_primary_tag() -> None:
    assert languages.speech("en-US") is languages.speech("EN") is languages.speech(None) is languages.DEFAULT
    assert languages.speech("fi") is None
    assert languages.speech("xx") is None


def test_every_folder_of_a_language_is_known() -> None:
    folders = {path.name for path in (CODER / "languages").iterdir() if (path / "__init__.py").exists()}
    assert folders == set(languages.DATES)
    assert set(languages.SPEECH) <= folders


@pytest.mark.parametrize(
    ("language", "reason"), [("en", "read from clauses of the text"), ("fi", "only known lists are read in this language")]
)
def test_rules_are_read_in_a_language_that_supplies_their_words(language: str, reason: str) -> None:
    reading = read("SECTION 1. A person shall not sell kratom to a person under 21 years of age.", language=language)
    assert reading.reasons[0] == reason


def test_a_day_of_effect_is_read_in_every_language() -> None:
    text = "Kratom. Tämä asetus tulee voimaan 1 päivänä huhtikuuta 2016."
    assert str(read(text, "statute", language="fi").measure.effective_on) == "2016-04-01"
    assert str(read(text, "statute", language=None).measure.effective_on) == "2016-04-01"


def test_months_have_one_number_in_every_language() -> None:
    for language, names in MONTHS.items():
        assert [month_number(name.upper(), language) for name in names] == list(range(1, 13))
    assert month_number("mars", "sv") == 3
    assert month_number("mars", "en", "fi") is None


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_a_reading_does_not_depend_on_the_order_of_sets(seed: str) -> None:
    code = (
        "from tracker.codebook import load; from tracker.coder import propose;"
        "text = 'Controlled substances: sale, manufacture or distribution of kratom; prohibit.';"
        "print([p.conduct.value for p in propose(text, load(), jurisdiction='US', kind='bill').provisions])"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True
    )
    assert process.stdout.strip() == "['manufacture', 'sell']", process.stderr
