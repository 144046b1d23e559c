"""Verification: the rules' experiments are run, and what they say becomes verdicts."""
