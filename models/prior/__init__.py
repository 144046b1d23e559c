"""What past probes teach about networks that were never trained.

past        one race of a finished probe, as plain data
features    networks and activations as numbers
fitting     the models compared, cross-validation over tasks, and the one that is shipped (scikit-learn)
prior       the shipped numbers, evaluated by NumPy alone
"""
