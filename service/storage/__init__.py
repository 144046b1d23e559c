"""Storage: one database for answers, jobs and heartbeats; SQLite by default, PostgreSQL by URL."""
