"""Labelled postings to tables, charts and one HTML page."""
