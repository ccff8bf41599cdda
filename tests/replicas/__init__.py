"""Replicas of the sources: local servers that speak the captured formats, with values of our own."""
