"""The bundled local job board: a real HTTP server with postings written for it."""
