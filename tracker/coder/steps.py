"""The stages of a measure's steps, where its source has no code for them: read in the words of each."""

from __future__ import annotations

from dataclasses import replace

from crawler.contract.items import ActionItem, DocumentItem
from tracker.coder import languages
from tracker.coder.languages.structure import StageWords
from tracker.coder.stages import stage_of


def staged(item: DocumentItem) -> DocumentItem:
    """The document with a stage for each of its steps that tells of one. What the source says by a code of its own stands."""
    speech = languages.speech(item.language)
    if speech is None or all(action.stage for action in item.actions):
        return item
    return replace(item, actions=tuple(_staged(action, speech.stages) for action in item.actions))


def _staged(action: ActionItem, words: StageWords) -> ActionItem:
    return action if action.stage else replace(action, stage=stage_of(action.text, words))
