"""Errors have one base a package; what to do about one is worded at the command line alone."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.contract.errors import CrawlerError
from maps.errors import MapError
from tracker.cli.remedies import REMEDIES, in_words
from tracker.errors import Problem, Refused, TrackerError

PROJECT = Path(__file__).parents[2]
BASES = {"tracker": TrackerError, "crawler": CrawlerError, "maps": MapError}
SPEAKS_OF_THE_COMMAND_LINE = re.compile(r"(?<![\w-])--[a-z]|kratom-tracker [a-z]|(?:pip|apt|brew) install")
DOCUMENTS = {"tracker/export/query_page.py"}
"""Writes a page of the documentation, which shows commands."""


def trees(package: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((PROJECT / package).rglob("*.py")):
        yield str(path.relative_to(PROJECT)), ast.parse(path.read_text("utf-8"))


def below_the_command_line() -> Iterator[tuple[str, ast.Module]]:
    return ((name, tree) for name, tree in trees("tracker") if not name.startswith("tracker/cli/"))


@pytest.mark.parametrize("package", BASES)
def test_every_error_has_the_base_of_its_package(package: str) -> None:
    wrong = []
    for name, tree in trees(package):
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                kind = getattr(
                    importlib.import_module(name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")), node.name
                )
                if issubclass(kind, Exception) and not issubclass(kind, BASES[package]):
                    wrong.append(f"{name}: {node.name}")
    assert wrong == []


def texts(tree: ast.Module) -> Iterator[str]:
    """The strings of a module with words in them; docstrings left out."""
    documented = (node for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    docstrings = {id(node.value) for node in documented}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings and " " in node.value:
            yield node.value


def test_no_message_below_the_command_line_names_an_option_or_a_command() -> None:
    wrong = [
        f"{name}: {text.strip()}"
        for name, tree in below_the_command_line()
        if name not in DOCUMENTS
        for text in texts(tree)
        if SPEAKS_OF_THE_COMMAND_LINE.search(text)
    ]
    assert wrong == []


def below(kind: type[TrackerError]) -> Iterator[str]:
    for one in kind.__subclasses__():
        yield one.__name__
        yield from below(one)


def test_each_code_has_a_remedy_and_each_remedy_a_code() -> None:
    kinds = {*below(TrackerError)}
    words, codes = set[str](), set[str]()
    for _, tree in (pair for pair in trees("tracker") if pair[0] != "tracker/cli/remedies.py"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds:
                codes |= {code.value for code in node.args[1:2] if isinstance(code, ast.Constant)}
    assert codes - set(REMEDIES) == set(), "an error with a code and no remedy"
    assert set(REMEDIES) - words == set(), "a remedy that nothing asks for"


def test_a_remedy_is_filled_with_the_fields_of_its_error() -> None:
    assert in_words(Refused("there is no record in x", "no_record", data=Path("x"))).endswith("kratom-tracker run --data x")
    assert in_words(Problem("the clock runs backwards")) == "the clock runs backwards"
