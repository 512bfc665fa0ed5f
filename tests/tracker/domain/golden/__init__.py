"""The worked cases of golden.md as data: belief transactions, questions, and the changes that must come of them.

Cases 17 (silence of a source), 19 (the second coder) and 20 (two tellers of one bill) belong to intake and review and are not
here; of 18 here is what follows once its proposals are confirmed. The refusals in 2 and 15 are plain tests in test_golden.py.

Statement ids are labels; a relation names its target and actor by label, also across transactions. Days on which an act was made
are constructed where golden.md gives none. Nothing here knows which ledger is asked.
"""

from __future__ import annotations

from tests.tracker.domain.golden import first, second
from tests.tracker.domain.golden.second import PLACES
from tests.tracker.domain.golden.spelling import Case, Expected, Question
from tests.tracker.domain.memory import Transaction

__all__ = ["CASES", "PLACES", "Case", "Expected", "Question", "Transaction"]

CASES: tuple[Case, ...] = (*first.CASES, *second.CASES)
