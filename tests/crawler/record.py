"""Writes `expected.json` of case folders from what the parsers say now: `python -m tests.crawler.record SOURCE/CASE...`

The result is a proposal for review, not a proof.
"""

import json
import sys

from tests.crawler import casefolder


def main(names: list[str]) -> int:
    for name in names:
        folder = casefolder.CASES / name
        text = json.dumps(casefolder.run(folder), ensure_ascii=False, indent=1) + "\n"
        (folder / "expected.json").write_text(text, "utf-8")
        print(f"{folder / 'expected.json'}: read it before you commit it")
    return 0 if names else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
