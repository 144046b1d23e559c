"""The command line. Every module here imports lazily: `actwise --help` must be quick."""
