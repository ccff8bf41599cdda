"""Scrapy downloader middlewares that keep a crawl polite and on its own ground."""
