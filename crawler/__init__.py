"""A Scrapy project that knows official pages, not law: `scrapy crawl KEY -O items.jsonl` works by itself.

Importing it imports nothing else; `crawler.registry` loads the spiders.
"""
