"""The words that spiders look for."""

from __future__ import annotations

from collections import defaultdict

from tracker.codebook import Codebook


def search_words(codebook: Codebook) -> dict[str, list[str]]:
    """Search words by language."""
    found: dict[str, list[str]] = defaultdict(list)
    for term in codebook.terms:
        for language in term.languages:
            found[language].append(term.text)
    return dict(found)
