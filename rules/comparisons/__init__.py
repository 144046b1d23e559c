"""Measured comparisons of activations, published and our own, as data, and what they say about other networks."""
