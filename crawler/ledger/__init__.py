"""The ledger: what was fetched, seen and written, kept so that a killed run loses the page in flight and no more."""
