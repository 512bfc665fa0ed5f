"""Scrapy settings of the crawler: polite, honest about who asks, and archiving before parsing.

Own settings: SEARCH_TERMS (list of `crawler.parsing.matching.Term.to_dict`, or its JSON; a spider looks for these), FETCH_MEMORY (object or import path),
WATCHED_MEASURES (JSON: {source: [{"jurisdiction", "session", "identifier"}]}, asked for whatever the lists say),
UNOBSERVED (JSON: {source: [address]}, what the last run could not read, asked first),
ARCHIVE_DIR (folder for WARC files; none: nothing is kept), REPLAY_WARC (archive files that stand in for the network),
CONTACT_ADDRESS (in the user agent), PRIVATE_ADDRESSES_ALLOWED (whether a host may stand at a private or loopback address; only
tests of a server on this machine set it).
"""

from crawler.archive.decoding import MAX_BYTES

BOT_NAME = "crawler"
SPIDER_LOADER_CLASS = "crawler.registry.SourceLoader"

USER_AGENT = "regulatory-status-tracker/0.1"
CONTACT_ADDRESS = "contact address not configured"
ROBOTSTXT_OBEY = True
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_ITEMS = 4
COOKIES_ENABLED = False
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

RETRY_TIMES = 2
RETRY_EXCEPTIONS = [  # not a host that does not exist or listen: a second try says the same
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.ResponseDataLossError",
]
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = MAX_BYTES
DNS_TIMEOUT = 10
DOWNLOAD_VERIFY_CERTIFICATES = True
TWISTED_DNS_RESOLVER = "crawler.fetching.hosts.PublicResolver"
PRIVATE_ADDRESSES_ALLOWED = False
HTTPERROR_ALLOW_ALL = True
LOG_LEVEL = "INFO"

SEARCH_TERMS = [
    {"text": text, "substance": "any", "languages": [language], "asked": [language]}
    for language, text in (("en", "psychoactive substance"), ("fi", "psykoaktiivinen aine"), ("sv", "psykoaktiv substans"))
]
FETCH_MEMORY = None
ARCHIVE_DIR = None
REPLAY_WARC: list[str] = []
WATCHED_MEASURES = "{}"
UNOBSERVED = "{}"

DOWNLOAD_HANDLERS = {
    "http": "crawler.fetching.wire.WireHandler",
    "https": "crawler.fetching.wire.WireHandler",
    **dict.fromkeys(("data", "file", "ftp", "s3")),  # a page must not make us read this machine
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.fetching.middlewares.Failures": 50,
    "crawler.fetching.politeness.Robots": 100,
    "crawler.fetching.middlewares.Retries": 550,
    "crawler.fetching.politeness.Patience": 560,
    "crawler.fetching.middlewares.Refreshes": 580,
    "crawler.archive.decoding.Decoding": 590,
    "crawler.fetching.middlewares.Redirects": 600,
    "crawler.fetching.middlewares.Conditional": 930,
    "crawler.fetching.middlewares.Recorder": 950,
}
