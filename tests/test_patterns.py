"""Patterns over crawled text: compiled in one place, alike in RE2 and Python, and linear where RE2 does not have them."""

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from pathlib import Path
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import crawler
import tracker
from crawler import registry
from crawler.contract.patterns import BOUNDED, DETERMINISTIC, EXCEPTIONS, RUN, checked, no_word_of, pattern
from crawler.contract.routes import DECLARED
from crawler.parsing.matching import find
from tracker.codebook import load

PROJECT = Path(__file__).parents[1]
OWN = ("crawler/contract/patterns.py",)
"""Where patterns are compiled."""
OTHERS = (
    ("tracker/domain", "days that the record holds and a person types"),
    ("tracker/cli", "what a person types"),
    ("tracker/settings.py", "settings"),
    ("tracker/store/session.py", "the address of a database"),
    ("tracker/store/admin/script.py", "statements of our own"),
    ("tracker/store/integrity", "spans of row numbers of our own"),
    ("tracker/codebook/model.py", "the codebook"),
    ("tracker/codebook/sample_queries.py", "our own queries"),
)
"""What may use Python's patterns, because what it reads was never crawled."""
SIZE = 100_000


def modules() -> Iterator[str]:
    for package in (crawler, tracker):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith(("__main__", "pdf_reader")):
                yield found.name


@pytest.fixture(scope="module")
def exceptions() -> dict[str, str]:
    """Every exception, those of the codebook's terms included."""
    for name in modules():
        importlib.import_module(name)
    find("", load().terms)
    find("a text", load().terms)
    return EXCEPTIONS


def test_nothing_else_compiles_a_pattern_over_crawled_text() -> None:
    allowed = tuple(str(PROJECT / path) for path in (*OWN, *(path for path, _ in OTHERS)))
    strange = [
        f"{path.relative_to(PROJECT)}:{node.lineno}"
        for package in ("crawler", "tracker")
        for path in sorted((PROJECT / package).rglob("*.py"))
        if not str(path).startswith(allowed)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if _compiles(node)
    ]
    assert strange == []


def _compiles(node: ast.AST) -> bool:
    """A call of `re` but for its flags, `escape` and `error`, an import of its functions, or a selector's own patterns."""
    if isinstance(node, ast.ImportFrom):
        return node.module in ("re", "re2")
    if isinstance(node, ast.Import):
        return any(alias.name == "re2" for alias in node.names)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    of_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.func.attr != "escape"
    return of_re or node.func.attr in ("re", "re_first")


@pytest.mark.parametrize(
    ("source", "flags", "text"),
    [
        (r"\bSHALL not\b", re.I, "it shall not, they Shall not; shallnot"),
        (r"[\w.:-]+\s\d{1,3}", 0, "§ 5²: naïve-x 12\u00a0999"),
        (r"(?P<a>[^\W\d]+)[-\u2010](?P<b>\S+)", 0, "früh\u2010los – ĉu-x a-"),
        (r"^x.*$", re.M, "x1\nyx\nx2"),
        (r"a.*?b", re.S, "a\nb ab"),
        (r"“(.+?)”|—", 0, "“zitiert” — “漢字”"),
        (r"[]\[^]+|[^]a]+", 0, "ab]c[^d"),
        (r"(?i:x)y|\D{2}", 0, "Xy 12 ab"),
        (r"[\W_]+", 0, "a_b c\u2003d☃e"),
    ],
)
def test_it_finds_what_python_finds(source: str, flags: int, text: str) -> None:
    ours, theirs = pattern(source, flags), re.compile(source, flags)
    assert [(m.span(), m.groups(), m.groupdict()) for m in ours.finditer(text)] == [
        (m.span(), m.groups(), m.groupdict()) for m in theirs.finditer(text)
    ]
    assert ours.findall(text) == theirs.findall(text)
    assert ours.sub("#", text) == theirs.sub("#", text)
    for start, end in ((0, len(text)), (1, len(text) - 2), (3, 5)):
        for way in ("search", "match", "fullmatch"):
            one, other = getattr(ours, way)(text, start, end), getattr(theirs, way)(text, start, end)
            assert (one and one.span()) == (other and other.span()), (way, start, end)


def test_what_it_does_not_have_is_said() -> None:
    with pytest.raises(re.error, match=r"RE2 does not have .*\(\?!b\)"):
        checked("a(?!b)")


@pytest.mark.parametrize("word", ["or", "orange", "o", "that", "containing", "contain", "con", "bearing", "being", "", "x"])
def test_a_word_that_is_none_of_these_is_told_without_looking_ahead(word: str) -> None:
    ours = pattern("," + no_word_of({"or": False, "that": False, "contain": True}))
    theirs = re.compile(r",(?!(?:or|that|contain\w*)\b)\w")
    for text in (f",{word}", f",{word} more"):
        assert bool(ours.match(text)) == bool(theirs.match(text)), text


def test_each_exception_has_a_proof_that_holds(exceptions: dict[str, str]) -> None:
    assert len(exceptions) > 20
    for source, proof in exceptions.items():
        if proof in (BOUNDED, RUN):
            assert list(_boundless(_parser.parse(source), last=proof == RUN)) == [], source
        else:
            assert proof in (DETERMINISTIC, DECLARED), (source, proof)


def test_no_route_of_ours_looks_ahead() -> None:
    for source in registry.sources().values():
        for route in source.routes:
            checked(route.pattern), checked(route.asks or "")


def _boundless(parsed: Any, last: bool) -> Iterator[Any]:
    """The repeats without a bound in a parsed pattern; where `last`, but for those that stand last."""
    for number, (kind, value) in enumerate(parsed):
        ends = last and number == len(parsed) - 1
        if kind in (_constants.MAX_REPEAT, _constants.MIN_REPEAT):
            if value[1] is _constants.MAXREPEAT and not ends:
                yield value
            yield from _boundless(value[2], False)
        elif kind is _constants.SUBPATTERN:
            yield from _boundless(value[3], ends)
        elif kind is _constants.BRANCH:
            for branch in value[1]:
                yield from _boundless(branch, ends)
        elif kind in (_constants.ASSERT, _constants.ASSERT_NOT):
            yield from _boundless(value[1], False)


def test_each_exception_reads_a_hostile_text_in_linear_time(exceptions: dict[str, str]) -> None:
    for source in exceptions:
        if exceptions[source] in (BOUNDED, RUN):
            flags = re.I | re.M
            slow = {text[:80]: spent for text in _hostile(source) if (spent := _seconds(re.compile(source, flags), text)) > 2}
            assert not slow, (source, slow)


def test_the_words_of_the_codebook_are_found_in_linear_time() -> None:
    for term in load().terms:
        word = term.text
        for piece in ("-\n".join(word[:-1]), "-\n\n\n".join(word[:-1]) + " ", word[:2] + "-" + "\n" * 300, word[:3] + " " * 300):
            spent = _spent(find, (piece * (SIZE // len(piece) + 1))[:SIZE], [term])
            assert spent < 2, (word, piece[:60])


def _hostile(source: str) -> Iterator[str]:
    """Texts of 100 kB of what a pattern begins with, as far as it can be followed without ending well."""
    for sample in {_sample(_parser.parse(source), pick) for pick in (0, 1, 3)}:
        for piece in {sample, sample[:-1], sample + " ", sample[:-1] + "\n", f"{sample[:-1]}\x00", sample[: len(sample) // 2]}:
            if piece:
                yield (piece * (SIZE // len(piece) + 1))[:SIZE]
    yield " " * SIZE
    yield "a " * (SIZE // 2)


def _sample(parsed: Any, pick: int) -> str:
    """A text that a parsed pattern matches, or nearly; `pick` says which branch, and how often what repeats."""
    return "".join(_piece(kind, value, pick) for kind, value in parsed)


def _piece(kind: Any, value: Any, pick: int) -> str:
    if kind is _constants.LITERAL:
        return chr(value)
    if kind is _constants.IN:
        return next((found for one in value[pick % len(value) :] if (found := _member(*one))), " ")
    if kind in (_constants.MAX_REPEAT, _constants.MIN_REPEAT):
        least, most, inner = value
        return _sample(inner, pick) * min(most, max(least, pick * 7))
    if kind is _constants.SUBPATTERN:
        return _sample(value[3], pick)
    if kind is _constants.BRANCH:
        return _sample(value[1][pick % len(value[1])], pick)
    return "x" if kind in (_constants.ANY, _constants.NOT_LITERAL) else ""


def _member(kind: Any, value: Any) -> str:
    if kind is _constants.LITERAL:
        return chr(value)
    if kind is _constants.RANGE:
        return chr(value[0])
    if kind is _constants.CATEGORY:
        return {_constants.CATEGORY_DIGIT: "7", _constants.CATEGORY_SPACE: " ", _constants.CATEGORY_WORD: "w"}.get(value, "")
    return ""


def _seconds(compiled: "re.Pattern[str]", text: str) -> float:
    return _spent(lambda: sum(1 for _ in compiled.finditer(text)))


def _spent(work: Any, *given: Any) -> float:
    """Seconds of this process, which no other on the machine lengthens."""
    began = time.process_time()
    work(*given)
    return time.process_time() - began


def test_no_bound_of_a_repeat_is_taken_for_a_value() -> None:
    """In an f-string `{1,3}` is a tuple, and the pattern silently another."""
    strange = [
        f"{path.relative_to(PROJECT)}:{node.lineno}"
        for package in ("crawler", "tracker")
        for path in sorted((PROJECT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Tuple | ast.Constant)
    ]
    assert strange == []
