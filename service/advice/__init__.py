"""Advice: from a description to a Recommendation. Pure: no Flask, no database, no clock."""
