"""Populations of networks: every array has a leading axis of members."""
