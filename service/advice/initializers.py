"""Lines to paste that start the weights of one layer, in each framework.

Every call gives weights of standard deviation gain / sqrt(fan_in). A framework's own initialiser is named where it does
that exactly; Keras and JAX cut its normal distribution off at two deviations and correct the variance for it.
"""

from __future__ import annotations

from math import isclose, sqrt

from actwise.contract.answer import Code
from models.formulas import resolve
from models.theory import Start
from models.theory.start import he_gain_of

_CELLS = {
    "keras": {"rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"},
    "jax": {"rnn": "SimpleCell", "lstm": "LSTMCell", "gru": "GRUCell"},
}

_LAYERS = {
    "keras": {
        "dense": "layer = keras.layers.Dense(units, kernel_initializer={initializer})",
        "conv": "layer = keras.layers.Conv2D(filters, kernel_size, kernel_initializer={initializer})",
        "recurrent": "layer = keras.layers.{cell}(units, kernel_initializer={initializer})",
    },
    "jax": {
        "dense": "layer = nnx.Linear(fan_in, units, kernel_init={initializer}, rngs=rngs)",
        "conv": "layer = nnx.Conv(channels, filters, kernel_size, kernel_init={initializer}, rngs=rngs)",
        "recurrent": "layer = nnx.{cell}(fan_in, units, kernel_init={initializer}, rngs=rngs)",
    },
}

_PROJECTIONS = {
    "pytorch": (
        "for projection in attention.in_proj_weight.data.chunk(3):\n    torch.nn.init.xavier_uniform_(projection)"
    ),
    "keras": 'attention = keras.layers.MultiHeadAttention(heads, key_dim, kernel_initializer="glorot_uniform")',
    "jax": (
        "attention = nnx.MultiHeadAttention(heads, width, "
        "kernel_init=jax.nn.initializers.lecun_normal(), out_kernel_init=jax.nn.initializers.lecun_normal(), rngs=rngs)"
    ),
}

_INITIALIZERS = {
    "keras": {
        "lecun": "keras.initializers.LecunNormal()",
        "he": "keras.initializers.HeNormal()",
        "exact": ('keras.initializers.VarianceScaling({gain}**2, mode="fan_in", distribution="untruncated_normal")'),
    },
    "jax": {
        "lecun": "jax.nn.initializers.lecun_normal()",
        "he": "jax.nn.initializers.he_normal()",
        "exact": 'jax.nn.initializers.variance_scaling({gain}**2, "fan_in", "normal")',
    },
}

_CENTRED = {
    "keras": (
        "import math\n\n\ndef centred(shape, dtype=None):\n"
        "    kernel = {gain} / math.prod(shape[:-1]) ** 0.5 * keras.random.normal(shape, dtype=dtype)\n"
        "    return kernel - keras.ops.mean(kernel, axis=tuple(range(len(shape) - 1)), keepdims=True)\n\n\n"
    ),
    "jax": (
        "import math\n\n\ndef centred(key, shape, dtype=jax.numpy.float32, **_):\n"
        "    kernel = {gain} / math.prod(shape[:-1]) ** 0.5 * jax.random.normal(key, shape, dtype)\n"
        "    return kernel - kernel.mean(axis=tuple(range(len(shape) - 1)), keepdims=True)\n\n\n"
    ),
}


def start_calls(name: str, start: Start, layer_type: str, cell: str | None = None) -> Code:
    """The calls for one activation, its start and the layers of a block; scikit-learn only says what it does itself.

    Recurrent weights are drawn orthogonal, by the call or by the framework's default. The projections of attention feed
    no activation and get gain 1; the start is that of the feed-forward layer. Graph and mixed are taken as dense.
    """
    kind = layer_type if layer_type in ("conv", "recurrent", "attention") else "dense"
    recurrent = kind == "recurrent"
    return Code(
        pytorch=(_pytorch_recurrent if recurrent else _pytorch)(name, start) + _projections("pytorch", kind),
        keras=_layer("keras", start, kind, cell) + _projections("keras", kind),
        jax=_layer("jax", start, kind, cell) + _projections("jax", kind),
        sklearn=_sklearn(name) if layer_type == "dense" else None,
    )


def _pytorch(name: str, start: Start) -> str:
    inputs = "dim=tuple(range(1, layer.weight.dim())), keepdim=True"
    centre = f"layer.weight.data -= layer.weight.data.mean({inputs})\n" if start.centred else ""
    return f"{_draw('layer.weight', name, start.gain)}\n{centre}torch.nn.init.zeros_(layer.bias)"


def _pytorch_recurrent(name: str, start: Start) -> str:
    centre = "        weight.data -= weight.data.mean(dim=1, keepdim=True)\n" if start.centred else ""
    return (
        "for name, weight in layer.named_parameters():\n"
        '    if "weight_ih" in name:\n'
        f"        {_draw('weight', name, start.gain)}\n{centre}"
        '    elif "weight_hh" in name:\n'
        "        for gate in weight.data.split(layer.hidden_size):\n"
        "            torch.nn.init.orthogonal_(gate)\n"
        "    else:\n"
        "        torch.nn.init.zeros_(weight)"
    )


def _draw(weight: str, name: str, gain: float) -> str:
    """PyTorch's call that draws a weight: kaiming_normal_ where it has the gain, else normal_."""
    published = _published(gain)
    if published == "exact" and isclose(gain, he_gain_of(resolve(name)), rel_tol=1e-9):
        leaky = f'a={float(resolve(name).slope(-1.0))!r}, mode="fan_in", nonlinearity="leaky_relu"'
        return f"torch.nn.init.kaiming_normal_({weight}, {leaky})"
    if published == "exact":
        return f"torch.nn.init.normal_({weight}, std={gain:.6g} / {weight}[0].numel() ** 0.5)"
    word = {"lecun": "linear", "he": "relu"}[published]
    return f'torch.nn.init.kaiming_normal_({weight}, mode="fan_in", nonlinearity="{word}")'


def _layer(framework: str, start: Start, kind: str, cell: str | None) -> str:
    gain = f"{start.gain:.6g}"
    before = _CENTRED[framework].format(gain=gain) if start.centred else ""
    initializer = "centred" if start.centred else _INITIALIZERS[framework][_published(start.gain)].format(gain=gain)
    made = _LAYERS[framework]["dense" if kind == "attention" else kind]
    return before + made.format(initializer=initializer, cell=_CELLS[framework][cell or "lstm"])


def _published(gain: float) -> str:
    """The published scheme that has this gain, "lecun" or "he", or else "exact"."""
    if isclose(gain, 1, rel_tol=1e-9):
        return "lecun"
    return "he" if isclose(gain, sqrt(2), rel_tol=1e-9) else "exact"


def _projections(framework: str, kind: str) -> str:
    return f"\n{_PROJECTIONS[framework]}" if kind == "attention" else ""


def _sklearn(name: str) -> str | None:
    word = resolve(name).frameworks.sklearn
    if word is None:
        return None
    variance = "2 / (3 (fan_in + fan_out))" if name == "sigmoid" else "2 / (fan_in + fan_out)"
    return f"MLPClassifier(activation={word})  # always uniform, variance {variance}; nothing else can be set"
