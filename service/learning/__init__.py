"""What finished probes leave behind: rows of history, a scoreboard of the rules, and a model refitted on request."""
