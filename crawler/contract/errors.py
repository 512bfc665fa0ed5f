"""The base of the crawler's errors. Each message names the input and the remedy."""


class CrawlerError(Exception):
    """Any refusal of this package."""
