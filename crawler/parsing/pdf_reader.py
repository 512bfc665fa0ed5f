"""Reads a PDF from standard input and writes its text: `python -I pdf_reader.py PAGES SECONDS`. Run by `pdf`, never imported.

Stands alone, so that it starts fast and holds nothing of ours; memory and time are limited by the system.
"""

import io
import resource
import sys

MAX_MEMORY = 320 * 1024 * 1024


def main(pages: int, seconds: int) -> str | int:
    """0, or why there is no text."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    import pypdf
    from pypdf.errors import PyPdfError

    try:
        reader = pypdf.PdfReader(io.BytesIO(sys.stdin.buffer.read()))
        if reader.is_encrypted and not reader.decrypt(""):
            return "it is encrypted"
        if len(reader.pages) > pages:
            return f"it has {len(reader.pages)} pages, more than {pages}"
        for page in reader.pages:
            text = page.extract_text() + "\n"
            sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    except PyPdfError as error:
        return f"{type(error).__name__}: {error}"
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
