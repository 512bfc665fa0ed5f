"""A readable view of an official text that can always be traced back to the text itself.

Line numbers, line-broken words, struck matter and mojibake hide grammar from any reader. The view takes them out and keeps,
for every character, where it stood. It must not add words: a quote is always cut from the original.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from crawler.contract.patterns import BOUNDED, RUN, Match, backtracking, pattern
from tracker.coder.languages.signs import BREAK, LINE
from tracker.coder.languages.structure import MarkWords

MAX_QUOTE_WORDS = 40

_LINE_LENGTH = 200
_SHORTEST_CHAIN = 4

_WINDOW_JOIN = pattern(r"\n?\[\s*(?:\.\.\.|…)\s*\]\n?")
_NUMBER = backtracking(r"(?<![\w.,$§(%/:])(\d{1,4})(?=[\s\f])", proof=BOUNDED)
_BROKEN_WORD = pattern("[a-zåäö]([-\u2010]\\s*\\n\\s*)")
_SMALL = frozenset("abcdefghijklmnopqrstuvwxyzåäö")
_GAP = pattern(r"\s{2,}|[^\S ]")
_MOJIBAKE = backtracking("[âÂ][\x80-\x9f\xa0]{1,2}|â(?=[A-Z])|Â(?= )|[\ue000-\uf8ff\ufeff]", proof=BOUNDED)
_MOJIBAKE_SIGNS = {
    "â\x80\x9c": '"',
    "â\x80\x9d": '"',
    "â\x80\x99": "'",
    "â\x80\x94": "—",
    "â\x80\x93": "-",
    "â\x80\x91": "-",
}
_SIGNS = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "‑": "-", "‐": "-", "\u00a0": " ", "\u2009": " "})

_BRACKETED = pattern(r"\[([^\[\]]+)\]")
_LONGEST_BRACKET = 6000
_PROSE = pattern(r"(?:^|[^\w-])[a-z]{3,},? [a-z]{2}")
_LETTERS_OR_FIGURE = pattern(r"[A-Za-z]{2}|\d")
_AFTER_FIGURE = pattern(r"\d\s$")
_WORD = backtracking(r"\S+", proof=RUN)


class View:
    """The cleaned `text` of an original, with the place of each of its characters."""

    def __init__(self, original: str, words: MarkWords, *, by_lines: bool = False) -> None:
        self.original = original
        self.text, self._origin = _clean(original, words, by_lines)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the original."""
        return self._origin[start], self._origin[end - 1] + 1

    def quote(self, start: int, end: int, focus: int | None = None) -> tuple[int, int]:
        """Span in the original of `text[start:end]`, cut to 40 words around `focus` (a place in the view)."""
        first, last = self.span(start, end)
        words = [(first + m.start(), first + m.end()) for m in _WORD.finditer(self.original[first:last])]
        # A longer quote is cut around what it is about, which a reader must be able to see in it.
        if len(words) <= MAX_QUOTE_WORDS:
            return words[0][0], words[-1][1]
        centre = bisect_left(words, (self._origin[focus if focus is not None else start] + 1,)) - 1
        begin = max(0, min(centre - MAX_QUOTE_WORDS // 2, len(words) - MAX_QUOTE_WORDS))
        return words[begin][0], words[begin + MAX_QUOTE_WORDS - 1][1]


def _clean(original: str, words: MarkWords, by_lines: bool) -> tuple[str, array[int]]:
    """The cleaned text and the origin of every character of it."""
    pieces: list[str] = []
    origin = array("L")
    position = 0
    for start, end, instead in _removals(original, words):
        if start < position:
            continue
        _keep(original, position, start, pieces, origin)
        pieces.append(instead)
        origin.extend([start] * len(instead))
        position = end
    _keep(original, position, len(original), pieces, origin)
    return _squeeze("".join(pieces), origin, by_lines)


def _keep(original: str, start: int, end: int, pieces: list[str], origin: array[int]) -> None:
    pieces.append(original[start:end].translate(_SIGNS))
    origin.extend(range(start, end))


def _squeeze(text: str, origin: array[int], by_lines: bool) -> tuple[str, array[int]]:
    """Every run of white space becomes one blank; a join of windows stays, and the end of a line where lines count."""
    kept: list[str] = []
    places = array("L")
    position = 0
    for gap in _GAP.finditer(text):
        run = gap.group()
        kept += (text[position : gap.start()], BREAK if BREAK in run else LINE if by_lines and "\n" in run else " ")
        places += origin[position : gap.start() + 1]
        position = gap.end()
    kept.append(text[position:])
    places += origin[position:]
    return "".join(kept), places


def _removals(original: str, words: MarkWords) -> list[tuple[int, int, str]]:
    # In order of their places, and of those that begin together the longest: the others lie in it.
    removals = [(m.start(), m.end(), BREAK) for m in _WINDOW_JOIN.finditer(original)]
    removals += [(start, end, " ") for start, end in _marked_deletions(original, words)]
    removals += [(m.start(), m.end(), " ") for m in words.MARKUP_WORDS.finditer(original)]
    removals += [(start, end, "") for start, end in _bracketed_deletions(original, words)]
    removals += [(start, end, " ") for start, end in _line_numbers(original)]
    removals += [(*m.span(1), "") for m in _BROKEN_WORD.finditer(original) if original[m.end() : m.end() + 1] in _SMALL]
    removals += [(m.start(), m.end(), _MOJIBAKE_SIGNS.get(m.group(), " ")) for m in _MOJIBAKE.finditer(original)]
    return sorted(removals, key=lambda removal: (removal[0], -removal[1]))


def _marked_deletions(original: str, words: MarkWords) -> Iterator[tuple[int, int]]:
    """From each mark that opens a deletion to the next that closes one of its kind; a mark inside a deletion opens none."""
    position = 0
    unclosed: set[str] = set()
    for opened in words.DELETION_OPENS.finditer(original):
        kind = opened.lastgroup or ""
        if opened.start() < position or kind in unclosed:
            continue
        closed = words.DELETION_CLOSES[kind].search(original, opened.end())
        if closed:
            position = closed.end()
            yield opened.start(), position
        else:
            unclosed.add(kind)  # nor is any later one, and the text is not searched again


def _bracketed_deletions(original: str, words: MarkWords) -> Iterator[tuple[int, int]]:
    """Brackets that strike words out: told from chemical names and editors' notes by the prose inside.

    Where a window of the text cuts a bracket, the deletion runs to the edge of the window.
    """
    bracketed = [m for m in _bracketed(original) if not _is_notation(original, m, words)]
    yield from _cut_brackets(original, words)
    for match in bracketed if any(_strikes(original, m, words) for m in bracketed) else ():
        if _LETTERS_OR_FIGURE.search(match.group(1)) or match.group(1).isspace():
            yield match.start(), match.end()


def _bracketed(original: str) -> Iterator[Match]:
    return (match for match in _BRACKETED.finditer(original) if len(match[1]) <= _LONGEST_BRACKET)


def _cut_brackets(original: str, words: MarkWords) -> Iterator[tuple[int, int]]:
    start = 0
    for join in [*_WINDOW_JOIN.finditer(original), None]:
        end = join.start() if join else len(original)
        window = original[start:end]
        opened, closed = window.rfind("["), window.find("]")
        if opened > window.rfind("]") and _PROSE.search(window[opened:]) and not words.EDITORIAL.match(window[opened + 1 :]):
            yield start + opened, end
        if closed >= 0 and not 0 <= window.find("[") < closed and _PROSE.search(window[:closed]):
            yield start, start + closed + 1
        start = join.end() if join else end


def _strikes(original: str, match: Match, words: MarkWords) -> bool:
    """A bracket that can only be a deletion: prose, a small word alone, or an old figure after the new one."""
    new_figure_before = _AFTER_FIGURE.search(original[max(0, match.start() - 3) : match.start()])
    inside = match.group(1)
    return bool(_PROSE.search(inside) or words.STRUCK_ALONE.fullmatch(inside) or (new_figure_before and inside.isdigit()))


def _is_notation(original: str, match: Match, words: MarkWords) -> bool:
    before, after = original[match.start() - 1 : match.start()], original[match.end() : match.end() + 1]
    glued_chemistry = not _PROSE.search(match.group(1)) and (before in "-)" or after in "-(" or after.islower())
    return bool(words.EDITORIAL.match(match.group(1))) or "[" in match.group(1) or (bool(before) and glued_chemistry)


def _line_numbers(original: str) -> Iterator[tuple[int, int]]:
    """Figures that count lines: chains in which each figure follows the last by one, a line's length apart."""
    chains: list[list[Match]] = []
    by_next: dict[int, list[list[Match]]] = {}
    for match in _NUMBER.finditer(original):
        number = int(match.group(1))
        waiting = [chain for chain in by_next.pop(number, ()) if match.start() - chain[-1].end() <= _LINE_LENGTH]
        chain = max(waiting, key=len, default=None)
        if chain is None:
            chain = []
            chains.append(chain)
        by_next[number] = [other for other in waiting if other is not chain]
        chain.append(match)
        by_next.setdefault(number + 1, []).append(chain)
    yield from _spans(chains)


def _spans(chains: Iterable[list[Match]]) -> Iterator[tuple[int, int]]:
    for chain in chains:
        if len(chain) >= (2 if all(map(_starts_line, chain)) else _SHORTEST_CHAIN):
            yield from ((match.start(), match.end()) for match in chain)


def _starts_line(match: Match) -> bool:
    return match.start() == 0 or match.string[match.start() - 1] == "\n"
