"""A crawl over several machines: one Ray actor per host, one ledger. Needs the extra `ray`."""
