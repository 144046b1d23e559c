"""Bring your own trainer: what races survive, and whether they agree with a probe."""
