"""Training speed of every family of layers beside PyTorch, one command each."""
