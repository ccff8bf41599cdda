"""Gathers postings: a Scrapy project with one source family per file under `spiders/`."""
