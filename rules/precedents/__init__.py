"""Precedents: what the authors of published networks chose, as facts with a pointer to the source of each."""
