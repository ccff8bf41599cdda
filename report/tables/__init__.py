"""The tables of the report, one subject a module. Each is a pure function from postings to rows, with its entry."""
