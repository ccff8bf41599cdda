"""Copies among postings: found by their texts, verified, and marked with kind and evidence.

    shingles -> candidates -> verdict -> assign -> mark

`mark.mark_duplicates` is what others call. docs/dedupe.md tells the rules.
"""
