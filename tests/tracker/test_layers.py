"""The import law: arrows point down, and what is heavy is imported only where it is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
LAYERS = (
    {"errors"},
    {"domain", "files"},
    {"store", "codebook", "settings"},
    {"ledger", "history"},
    {"evidence"},
    {"workspace"},
    {"coder"},
    {"review", "verify"},
    {"pipeline"},
    {"atlas"},
    {"reports", "export"},
    {"web"},
    {"jobs"},
    {"cli"},
)
"""The parts of `tracker`, from the ground up; those of one layer may know each other."""
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
HEAVY = ("scrapy", "geopandas", "matplotlib")
TABLES = ("tracker.store.schema.tables.", "tracker.store.schema.evidence_tables.")
HANDLES = {"sqlalchemy.Connection", "sqlalchemy.Engine", "sqlalchemy.engine.make_url"}
"""What a room may pass on without asking anything of it."""
KEEPERS = {"store", "history", "evidence", "ledger", "verify"}
"""The rooms that know the tables: everybody else reads through `history` and writes through one of them."""


def modules(package: str) -> list[Path]:
    return sorted(path for path in (PROJECT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports(path: Path, tree: ast.AST | None = None) -> Iterator[str]:
    """Every module that a file names in an import, wherever it stands in it; `from tracker import history` names tracker.history."""
    for node in ast.walk(tree or ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part_of(module: str) -> str | None:
    """The part of `tracker` that a module belongs to."""
    names = module.split(".")
    return names[1] if names[0] == "tracker" and len(names) > 1 else None


def broken(package: str, forbidden: set[str]) -> list[str]:
    return [
        f"{name_of(path)} imports {name}"
        for path in modules(package)
        for name in imports(path)
        if name.split(".")[0] in forbidden
    ]


def test_the_crawler_knows_neither_tracker_nor_maps() -> None:
    assert broken("crawler", {"tracker", "maps"}) == []


def test_the_maps_know_neither_crawler_nor_tracker() -> None:
    assert broken("maps", {"crawler", "tracker"}) == []


def test_every_part_of_the_tracker_has_a_layer() -> None:
    parts = {part_of(name_of(path)) for path in modules("tracker")} - {None, "py"}
    assert parts <= set(RANK), "give a new part its layer in LAYERS"


def test_inside_the_tracker_imports_point_down() -> None:
    wrong = []
    for path in modules("tracker"):
        own = part_of(name_of(path))
        for name in imports(path):
            other = part_of(name)
            if own and other and RANK[other] > RANK[own]:
                wrong.append(f"{name_of(path)} imports {name}")
    assert wrong == []


def test_tables_are_named_only_by_their_keepers() -> None:
    naming = set()
    for path in modules("tracker"):
        names = set(imports(path)) - HANDLES
        if part_of(name_of(path)) not in KEEPERS and any(f"{name}.".startswith((*TABLES, "sqlalchemy.")) for name in names):
            naming.add(name_of(path))
    assert naming == set(), "read through history, write through evidence, ledger or a writer of the store"


def test_the_command_line_has_no_sql() -> None:
    assert [
        name_of(path) for path in modules("tracker/cli") if any(name.startswith("sqlalchemy") for name in imports(path))
    ] == []


def test_the_domain_knows_no_outside() -> None:
    allowed = {"tracker.domain", "tracker.errors", "crawler.contract.hosts", "crawler.contract.items"}
    outside = [
        f"{name_of(path)} imports {name}"
        for path in modules("tracker/domain")
        for name in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not any(name.startswith(f"{known}.") for known in allowed)
    ]
    assert outside == []


def test_heavy_modules_are_imported_only_where_they_are_used() -> None:
    wrong = []
    for path in modules("tracker"):
        tree = ast.parse(path.read_text("utf-8"))
        for statement in tree.body:
            if not isinstance(statement, ast.FunctionDef | ast.ClassDef):
                wrong += [f"{name_of(path)}: {name}" for name in imports(path, statement) if name.split(".")[0] in HEAVY]
    assert wrong == []


@pytest.mark.parametrize("heavy", HEAVY)
def test_importing_all_of_the_tracker_loads_nothing_heavy(heavy: str, loaded: set[str]) -> None:
    assert heavy not in loaded


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The top-level modules of a process that has imported every module of the tracker."""
    names = [name_of(path) for path in modules("tracker") if path.name != "__main__.py"]
    script = f"import importlib, sys\nfor name in {names}: importlib.import_module(name)\nprint(*sys.modules)"
    process = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in process.stdout.split()}
