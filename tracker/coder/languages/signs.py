"""Signs that a cleaned view of a text holds, which the patterns of every language may speak of."""

BREAK = "\f"
"""Stands where two windows of one text were joined: no clause crosses it."""

LINE = "\v"
"""Stands at the end of a line of a page of short lines: each is a statement of its own."""
