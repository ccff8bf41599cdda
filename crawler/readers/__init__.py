"""Readers of a site's pages, fetched or saved: functions of a `Reply` alone.

A site whose pages operators may save has `read_saved(reply) -> postings, or None where the page is not one of its own`;
`crawler.saved.formats` names them.
"""
