"""Training tasks and the trainer that carries them out."""
