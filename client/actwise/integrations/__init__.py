"""Actwise inside other libraries: one module for each, and none is imported before it is asked for.

actwise.integrations.torch        describe and change PyTorch modules
actwise.integrations.keras        the same for Keras models
actwise.integrations.sklearn      the parameters of scikit-learn's multi-layer perceptrons
actwise.integrations.huggingface  configurations of transformers
actwise.integrations.onnx         read ONNX files without executing them
actwise.integrations.optuna       a search space from an answer
actwise.integrations.mlflow       an answer and its races, logged to a run
"""
