"""The codebook for analysts, as Markdown and as PDF from the same text: what the words mean, what each column holds, how to read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tracker.codebook import Codebook
from tracker.domain import vocabulary as v
from tracker.export.tables import MissingPart
from tracker.history.words import GROUPS
from tracker.reports import printing
from tracker.store.schema import dictionary
from tracker.store.schema.view_columns import Column

_VOCABULARIES = (
    ("Status", v.Status),
    ("Position of food law", v.FoodLaw),
    ("Level", v.Level),
    ("Conduct", v.Conduct),
    ("Effect of a rule", v.Effect),
    ("Basis of a rule", v.Basis),
    ("Component of a regulation", v.Component),
    ("What a date says", v.DateBasis),
    ("Stage of a measure", v.Stage),
    ("Confidence", v.Confidence),
    ("Type of a link", v.LinkType),
    ("Cause of a change of our record", v.Cause),
    ("Kind of change", v.ChangeKind),
    ("Significance of a change", v.Significance),
    ("Reason why a value is missing", v.MissingReason),
)

_READING = """## How to read the data

- **Two clocks.** `valid_from` and `valid_to` say when the law holds, `recorded_from` and `recorded_to` when we knew. Both are half-open: the
  end is the first day, or instant, on which it no longer holds. An empty end is open.
- **Dates in doubt.** Where only the month or year is known, the first possible day and the last possible day are given; a row counts from the
  first. An answer between the two is *uncertain*.
- **Researched, not verified.** `verified` is 0 where a row rests on research and no reviewed text of law. Treat it as a lead, not as law.
- **Unknown is not absent.** `unknown` means that nobody looked or that what was known has run out; `no_specific_law` means looked for and not
  found. Neither says that a product is lawful.
- **Denominators.** The 50 states with DC and the 5 territories are unit groups of their own; never put two groups in one denominator.
- **CSV.** UTF-8, RFC 4180, one header line, empty for missing, 1 and 0 for true and false. A text that a spreadsheet could take for a formula has an
  apostrophe before it (`'=…`); JSON and Parquet hold it as it is.
- Nothing here is legal or medical advice.
"""

_STYLE = """
@page { size: A4 landscape; margin: 15mm; @bottom-right { content: counter(page); font-size: 8pt } }
body { font: 9pt/1.35 "DejaVu Sans", sans-serif } h1 { font-size: 18pt } h2 { font-size: 13pt; margin-top: 8mm } h3 { font-size: 10.5pt }
table { border-collapse: collapse; width: 100% } td, th { border-bottom: .3pt solid #888; text-align: left; vertical-align: top; padding: 2pt 5pt }
td { overflow-wrap: anywhere } tr { break-inside: avoid } code { font: 8.5pt "DejaVu Sans Mono", monospace }
"""


def markdown(codebook: Codebook, version: str, known: str, files: Mapping[str, Sequence[Column]]) -> str:
    """The codebook; `files` are the exported tables with their columns, `known` the instant whose knowledge they hold."""
    return "\n".join(_lines(codebook, version, known, files)) + "\n"


def _lines(codebook: Codebook, version: str, known: str, files: Mapping[str, Sequence[Column]]) -> Iterator[str]:
    yield f"# {codebook.subject}: codebook\n"
    yield f"Codebook {codebook.version}, program {version}; the record as known at {known}. How to cite: `CITATION.cff`.\n"
    yield _READING
    yield "## Substances\n"
    yield "| code | name | definition |\n|---|---|---|"
    for substance in sorted(codebook.substances.values(), key=lambda one: one.rank):
        yield f"| `{substance.code}` | {substance.name} | {substance.definition} |"
    yield "\n## Unit groups\n\n| code | jurisdictions |\n|---|---|"
    yield from (f"| `{code}` | {name} |" for code, name in GROUPS.items())
    yield "\n## Vocabularies\n"
    for title, kind in _VOCABULARIES:
        yield f"### {title}\n\n| term | label | definition |\n|---|---|---|"
        for term in kind:
            label = codebook.label(term)
            yield f"| `{term.value}` | {label.label} | {label.definition} |"
        yield ""
    yield "## Files and variables\n"
    for name, columns in files.items():
        yield f"### {name}\n"
        yield from dictionary.column_table(columns, codebook, "variable")


def terms(codebook: Codebook) -> Iterator[tuple[str, str, str, str]]:
    """Every term with its vocabulary, label and definition."""
    for title, kind in _VOCABULARIES:
        for term in kind:
            label = codebook.label(term)
            yield title, term.value, label.label, label.definition


def variables(codebook: Codebook, files: Mapping[str, Sequence[Column]]) -> Iterator[tuple[str, ...]]:
    """Every column with its table, kind, meaning, unit and example."""
    for name, columns in files.items():
        for column in columns:
            yield name, column.name, column.kind.value, column.meaning, column.unit, codebook.example(column.example)


def reading() -> Iterator[str]:
    """How to read the data, a line a rule."""
    yield from (
        line.removeprefix("- ").replace("**", "").replace("`", "")
        for line in _READING.replace("\n  ", " ").splitlines()
        if line[:1] == "-"
    )


def pdf(text: str, title: str) -> bytes:
    """The Markdown `text` as PDF. Raises NoPdf or MissingPart where a part is not installed."""
    try:
        from markdown_it import MarkdownIt
    except ModuleNotFoundError:
        raise MissingPart("PDF needs markdown-it-py", "missing_extra", extra="pdf") from None
    body = MarkdownIt("commonmark").enable("table").render(text)
    head = f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    return printing.from_html(f'<!DOCTYPE html><html lang="en"><head>{head}</head><body>{body}</body></html>')
