"""Scrapy settings of the crawler: polite, honest about who asks, and archiving before parsing.

Own settings: SEARCH_TERMS (language -> words; a spider looks for these), FETCH_MEMORY (object or import path),
ARCHIVE_DIR (folder for WARC files; none: nothing is kept), REPLAY_WARC (archive files that stand in for the network),
CONTACT_ADDRESS (in the user agent).
"""

BOT_NAME = "crawler"
SPIDER_MODULES = ["crawler.spiders"]

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
DNS_TIMEOUT = 10
HTTPERROR_ALLOW_ALL = True
LOG_LEVEL = "INFO"

SEARCH_TERMS = {"en": ["psychoactive substance"], "fi": ["psykoaktiivinen aine"], "sv": ["psykoaktiv substans"]}
FETCH_MEMORY = None
ARCHIVE_DIR = None
REPLAY_WARC: list[str] = []

DOWNLOAD_HANDLERS = {"http": "crawler.keys.KeyedHandler", "https": "crawler.keys.KeyedHandler"}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.Failures": 50,
    "crawler.middlewares.Robots": 100,
    "crawler.middlewares.Conditional": 930,
    "crawler.middlewares.Recorder": 950,
}
