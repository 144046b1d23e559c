"""Durable probes: workflows that survive the death of any process, on the database that holds the answers."""
