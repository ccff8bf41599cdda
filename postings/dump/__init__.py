"""Dumps that others made: any column names, encoding and format, read as postings in the schema."""

from postings.dump.reader import Dump, DumpCounts, open_dump

__all__ = ["Dump", "DumpCounts", "open_dump"]
