"""Authoring: what a writer of rules needs besides the lint: schemas for the editor, and cases that are kept."""
