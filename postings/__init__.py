"""The record of one job posting: its schema, the Parquet dataset it lives in, and the import of dumps."""
