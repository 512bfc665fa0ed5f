"""The coder's time grows with the text and no faster, whatever the text looks like."""

import time

import pytest

from tests.tracker.coder.reading import read

SHAPES = {
    "a list without full stops": "HB 1000 relating to kratom products; prohibiting the sale of kratom to minors; referred to committee\n",
    "one line again and again": "Kratom is prohibited and no person shall sell kratom\n",
    "one endless line": "the sale of kratom and other things shall not be sold to any person under 21 years of age ",
    "nested lists": "(a) It is unlawful to: (1) sell kratom; (i) possess [kratom (",
    "a history": "1/2/2026 Kratom bill introduced\n",
    "one list of verbs": "sale, offer, kratom, ",
    "a schedule": "Schedule I consists of: (1) Mitragynine; any quantity of fentanyl, kratom, other than kratom, by adding ",
    "definitions": '"kratom product {}" means kratom product {} and ',
    "sections": "Section {} It is unlawful to sell kratom in place {}. ",
    "exceptions": "do not include kratom ",
    "openings never closed": "deleted text begin kratom (( [kratom <del> ~ ",
    "summaries never ended": "EXPLANATION kratom existing law WHEREAS kratom ",
    "figures": "7 8 kratom 7 ",
    "gaps": "kra-\n\n\n\n kratom",
}
SIZE = 5_000  # characters, more than the longest sentence that is read as one


def seconds(unit: str, size: int) -> float:
    """The processor time of a reading of about `size` characters."""
    text = "".join(unit.format(number, number) if "{" in unit else unit for number in range(size // len(unit)))
    began = time.process_time()
    read(text)
    return time.process_time() - began


@pytest.fixture(scope="module", autouse=True)
def _codebook_is_loaded() -> None:
    read("Kratom is banned.")


@pytest.mark.parametrize("unit", SHAPES.values(), ids=SHAPES)
def test_four_times_the_text_takes_about_four_times_as_long(unit: str) -> None:
    assert seconds(unit, 4 * SIZE) < 7 * max(seconds(unit, SIZE), 0.02)
