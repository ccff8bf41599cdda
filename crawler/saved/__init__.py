"""Pages that an operator saved in their own browser: found in files, read by the readers of their site, brought in."""
