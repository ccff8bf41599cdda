"""Dumps that others made: any column names, encoding and format, read as postings in the schema."""
