"""Passports asked for over HTTP: networks built and trained, and costs measured, while the caller waits."""
