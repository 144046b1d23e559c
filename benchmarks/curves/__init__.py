"""Pictures for the documentation, drawn from real training runs."""
