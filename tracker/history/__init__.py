"""Reads the record for every other room, by (day, instant): what we say, or said, about a day, and what changed. Writes nothing.

`known` None asks for what we hold now; an instant asks for what we held then. The same question with an instant always has the
same answer. A module answers one kind of question; callers import the module: `from tracker.history import status`.
"""
