"""What each activation becomes on the way to a device: ONNX operators, TensorFlow Lite built-ins, cuDNN's fused cells.

Read were the ONNX operator pages (first opset of every operator named here), the list of TensorFlow Lite's built-in
operators, and Keras' conditions for cuDNN's LSTM and GRU; see `SOURCES`. Compositions follow from the formulas. What a
converter really writes was not read: it may choose others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "onnx": "https://onnx.ai/onnx/operators/",
        "tflite": "https://github.com/tensorflow/tensorflow/blob/master/tensorflow/lite/builtin_ops.h",
        "cudnn": "https://keras.io/api/layers/recurrent_layers/lstm/",
    }
)

ONNX_OPSETS: Mapping[str, int] = MappingProxyType(
    {
        "Abs": 1,
        "Add": 7,
        "Asinh": 9,
        "Atan": 7,
        "Celu": 12,
        "Clip": 1,
        "Cos": 7,
        "Div": 7,
        "Elu": 1,
        "Erf": 9,
        "Exp": 1,
        "Gelu": 20,
        "Greater": 7,
        "HardSigmoid": 1,
        "HardSwish": 14,
        "Identity": 1,
        "LeakyRelu": 1,
        "Less": 7,
        "Log": 1,
        "LogSoftmax": 1,
        "Max": 8,
        "Min": 8,
        "Mish": 18,
        "Mul": 7,
        "Neg": 1,
        "Not": 1,
        "PRelu": 1,
        "Pow": 7,
        "Relu": 1,
        "Selu": 1,
        "Sigmoid": 1,
        "Sign": 9,
        "Sin": 7,
        "Softmax": 1,
        "Softplus": 1,
        "Softsign": 1,
        "Split": 1,
        "Sqrt": 1,
        "Sub": 7,
        "Swish": 24,
        "Tanh": 1,
        "Where": 9,
    }
)
"""First opset of each operator; of arithmetic the first with broadcasting."""


@dataclass(frozen=True)
class Export:
    """How one activation leaves its framework.

    onnx      the operators that compute it, one where ONNX has it whole
    opset     lowest opset that has them all
    older     operators for lower opsets, where the whole one came late; empty otherwise
    tflite    TensorFlow Lite's built-in operators likewise; None where they cannot make it
    cudnn     recurrent cells that cuDNN runs as one kernel with this function: in the cell, or in the gates ("gates")
    settings  attributes of the single operator that differ from its defaults
    """

    onnx: tuple[str, ...]
    tflite: tuple[str, ...] | None
    older: tuple[str, ...] = ()
    cudnn: tuple[str, ...] = ()
    settings: str = ""

    @property
    def opset(self) -> int:
        """Lowest ONNX opset that has all operators in `onnx`."""
        return max(ONNX_OPSETS[one] for one in self.onnx)

    @property
    def one_operator(self) -> bool:
        """Whether ONNX has the function whole."""
        return len(self.onnx) == 1


EXPORTS: Mapping[str, Export] = MappingProxyType(
    {
        "identity": Export(("Identity",), ()),
        "sigmoid": Export(("Sigmoid",), ("LOGISTIC",), cudnn=("gates",)),
        "hard_sigmoid": Export(("HardSigmoid",), ("RELU6", "ADD", "MUL"), settings="alpha=1/6"),
        "log_sigmoid": Export(("Sigmoid", "Log"), ("LOGISTIC", "LOG")),
        "tanh": Export(("Tanh",), ("TANH",), cudnn=("rnn", "lstm", "gru")),
        "lecun_tanh": Export(("Mul", "Tanh"), ("MUL", "TANH")),
        "penalized_tanh": Export(("Tanh", "LeakyRelu"), ("TANH", "LEAKY_RELU")),
        "hard_tanh": Export(("Clip",), ("RELU_N1_TO_1",), settings="-1, 1"),
        "softsign": Export(("Softsign",), ("ABS", "ADD", "DIV")),
        "relu": Export(("Relu",), ("RELU",), cudnn=("rnn",)),
        "relu6": Export(("Clip",), ("RELU6",), settings="0, 6"),
        "clipped_relu": Export(("Clip",), ("MINIMUM", "RELU"), settings="0, 20"),
        "leaky_relu": Export(("LeakyRelu",), ("LEAKY_RELU",)),
        "rrelu": Export(("LeakyRelu",), ("LEAKY_RELU",), settings="the mean slope"),
        "prelu": Export(("PRelu",), ("PRELU",)),
        "elu": Export(("Elu",), ("ELU",)),
        "celu": Export(("Celu",), ("MUL", "ELU"), older=("Mul", "Elu"), settings="alpha=2"),
        "selu": Export(("Selu",), ("ELU", "RELU", "MUL", "ADD")),
        "softplus": Export(("Softplus",), ("EXP", "ADD", "LOG")),
        "shifted_softplus": Export(("Softplus", "Sub"), ("EXP", "ADD", "LOG", "SUB")),
        "squareplus": Export(("Mul", "Add", "Sqrt"), ("SQUARE", "ADD", "SQRT", "MUL")),
        "gelu": Export(("Gelu",), ("GELU",), older=("Mul", "Erf", "Add")),
        "gelu_tanh": Export(("Gelu",), ("GELU",), older=("Mul", "Add", "Tanh"), settings='approximate="tanh"'),
        "quick_gelu": Export(("Swish",), ("MUL", "LOGISTIC"), older=("Mul", "Sigmoid"), settings="alpha=1.702"),
        "silu": Export(("Swish",), ("LOGISTIC", "MUL"), older=("Sigmoid", "Mul")),
        "swish": Export(("Mul", "Sigmoid"), ("MUL", "LOGISTIC")),
        "mish": Export(("Mish",), ("EXP", "ADD", "LOG", "TANH", "MUL"), older=("Softplus", "Tanh", "Mul")),
        "hard_swish": Export(("HardSwish",), ("HARD_SWISH",), older=("HardSigmoid", "Mul")),
        "squared_relu": Export(("Relu", "Mul"), ("RELU", "SQUARE")),
        "sine": Export(("Sin",), ("SIN",)),
        "snake": Export(("Sin", "Mul", "Add"), ("SIN", "SQUARE", "ADD")),
        "glu": Export(("Split", "Sigmoid", "Mul"), ("SPLIT", "LOGISTIC", "MUL")),
        "reglu": Export(("Split", "Relu", "Mul"), ("SPLIT", "RELU", "MUL")),
        "geglu": Export(("Split", "Gelu", "Mul"), ("SPLIT", "GELU", "MUL")),
        "swiglu": Export(("Split", "Sigmoid", "Mul"), ("SPLIT", "LOGISTIC", "MUL")),
        "softmax": Export(("Softmax",), ("SOFTMAX",)),
        "log_softmax": Export(("LogSoftmax",), ("LOG_SOFTMAX",)),
        "exp": Export(("Exp",), ("EXP",)),
    }
)
"""Every activation of the catalogue."""
