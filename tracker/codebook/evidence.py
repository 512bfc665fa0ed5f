"""What a link is worth: confidence from link types, and which links may be shown. Pure rules, no I/O."""

from __future__ import annotations

from collections.abc import Collection

from tracker.domain.vocabulary import Confidence, LinkType

_MEDIUM = {LinkType.OFFICIAL, LinkType.LEGAL_DATABASE, LinkType.PRESS}


def confidence(link_types: Collection[LinkType], official_text: bool) -> Confidence:
    """How sure a statement is (DESIGN §4): high only where an official text is captured or quoted.

    `official_text` says that there is such a capture or quote. Without one, official, legal and press links give medium; what
    rests on advocacy, other trackers or nothing is low. Vendor links count for nothing.
    """
    if official_text:
        return Confidence.HIGH
    return Confidence.MEDIUM if _MEDIUM & set(link_types) else Confidence.LOW
