"""The Actwise service: use-cases first, then jobs, storage, HTTP and pages around them."""
