"""ONNX: describe a file, or give it to the doctor, without executing any of it.

from actwise.integrations import onnx as actwise_onnx

description = actwise_onnx.describe("model.onnx", task="classification", compute_budget="low")
diagnosis = client.diagnose(network=actwise_onnx.network("model.onnx"))
"""

from actwise.integrations.missing import not_installed

try:
    import onnx as _onnx  # noqa: F401  # only whether it is there
except ImportError as error:
    raise not_installed("the onnx package", "onnx", error) from error

from actwise.integrations.onnx.examining import describe, examine, network

__all__ = ["describe", "examine", "network"]
