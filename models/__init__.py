"""Everything numerical: activations, heads, theory, networks, training, data and the race."""
