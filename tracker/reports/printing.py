"""An edition as PDF, printed from its HTML by WeasyPrint (extra `pdf`). The only format whose bytes are not promised."""

from __future__ import annotations

from tracker.errors import Problem


class NoPdf(Problem):
    """PDF cannot be made here; the message says what to install."""


def from_html(html: str) -> bytes:
    """The page as a tagged PDF. Raises NoPdf where WeasyPrint or the libraries that it needs are missing."""
    try:
        import weasyprint
    except ImportError:
        raise NoPdf("PDF needs WeasyPrint", "missing_extra", extra="pdf") from None
    except OSError as missing:
        raise NoPdf(f"PDF needs the library Pango, which is not on this machine ({missing})", "missing_pango") from None
    pages: bytes = weasyprint.HTML(string=html, url_fetcher=_refuse).write_pdf(pdf_tags=True)
    return pages


def _refuse(url: str) -> dict[str, object]:
    """An edition is one file; nothing is fetched for it."""
    raise ValueError(f"an edition asks the network for nothing, but names {url}")
