"""The coder on texts that are hard to read, each at one size and at twice it: time that doubles grows with the text and no faster."""

from __future__ import annotations

import time
from collections.abc import Sequence

from tests.benchmarks import harness
from tracker import codebook
from tracker.codebook import Codebook
from tracker.coder import propose

LINE = "HB 1000 relating to kratom products; prohibiting the sale of kratom to minors; referred to committee on health\n"
ACT = (
    "Section 2. A person may not sell or give a kratom product to an individual who is under 21 years of age. A kratom processor "
    "shall register each product with the department and shall label it with the amount of mitragynine that a serving holds.\n"
    "Section 3. The department shall keep a register of licensed premises and shall inspect each of them once a year, and the "
    "holder of a licence shall pay a fee that the department sets by rule and that covers the cost of inspection.\n"
)
TEXTS = {
    "an act": ACT,
    "a list without full stops": LINE,
    "one line again and again": "Kratom is prohibited and no person shall sell kratom\n",
    "one endless line": "the sale of kratom and other things shall not be sold to any person under 21 years of age ",
    "dates": "1/2/2026 Kratom bill introduced\n",
    "nested lists": "(a) It is unlawful to: (1) sell kratom; (i) possess [kratom (",
}


def seconds(unit: str, size: int, book: Codebook) -> float:
    """The processor time of a reading of `size` characters."""
    text = (unit * (size // len(unit) + 1))[:size]
    began = time.process_time()
    propose(text, book, jurisdiction="US-AL", kind="bill", language="en")
    return time.process_time() - began


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, and print a table."""
    options = harness.sized(__doc__.splitlines()[0], rows=48_000)
    args = options.parse_args(argv)
    book = codebook.load()
    propose(ACT, book, jurisdiction="US-AL", kind="bill", language="en")
    harness.show(("text", "characters", "s", "twice the text : once", "s for 10 MB in proportion"), _rows(args.rows, book))


def _rows(size: int, book: Codebook) -> list[Sequence[object]]:
    measured = [(name, seconds(unit, size, book), seconds(unit, 2 * size, book)) for name, unit in TEXTS.items()]
    return [
        (name, f"{2 * size:,}", f"{twice:.2f}", f"{twice / max(once, 1e-6):.1f}", f"{twice / (2 * size) * 1e7:.0f}")
        for name, once, twice in measured
    ]


if __name__ == "__main__":
    main()
