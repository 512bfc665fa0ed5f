"""The number and session that a text gives itself. No normal form is made here; identity is the ledger's work."""

from tracker.coder.languages.structure import IdentityWords

_HEAD = 3000


def read_identity(text: str, words: IdentityWords) -> tuple[str | None, str | None]:
    """(identifier, session) as the first part of the text prints them; None where it prints none."""
    head = text[:_HEAD]
    page = words.PAGE_TITLE.search(head)
    if page:
        return f"{page[1]} {page[2]}", page[3]
    session = words.SESSION.search(head)
    return _identifier(head, words), " ".join(session[1].split()) if session else None


def _identifier(head: str, words: IdentityWords) -> str | None:
    spelt = words.SPELT.search(head)
    if spelt:
        letters = "".join(word[0] for word in spelt[2].split()).upper()
        return f"{words.CHAMBER[spelt[1].lower()]}{letters} {spelt[3]}"
    numbered = words.ASSEMBLY_NO.search(head)
    if numbered:
        return f"{words.CHAMBER[numbered[1].lower()]} {numbered[2]}"
    ordinance = words.ORDINANCE.search(head)
    if ordinance:
        return f"Ordinance {ordinance[1]}"
    short = words.SHORT.search(head)
    return f"{short[1]}{short[2]} {short[3]}" if short else None
