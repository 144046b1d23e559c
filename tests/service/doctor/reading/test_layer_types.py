"""Kinds of layers by the names of their classes."""

from __future__ import annotations

import pytest

from service.doctor.reading.layer_types import known_type

PYTORCH = {
    "normalization": "BatchNorm1d SyncBatchNorm LayerNorm RMSNorm LlamaRMSNorm GroupNorm InstanceNorm3d "
    "LazyBatchNorm2d LocalResponseNorm LayerNorm2d BatchNormAct2d",
    "dropout": "Dropout Dropout3d AlphaDropout FeatureAlphaDropout DropPath StochasticDepth",
    "pooling": "MaxPool2d AdaptiveAvgPool1d LPPool2d FractionalMaxPool3d MaxUnpool1d",
    "conv": "Conv1d Conv3d ConvTranspose2d LazyConv2d LazyConvTranspose3d",
    "dense": "Linear LazyLinear Bilinear Conv1D Linear4bit Linear8bitLt QKVParallelLinear",
    "graph": "GCNConv SAGEConv GATv2Conv TransformerConv",
    "recurrent": "RNN LSTM GRU RNNCell LSTMCell GRUCell",
    "attention": "MultiheadAttention LlamaSdpaAttention",
    "embedding": "Embedding EmbeddingBag",
    "reshape": "Identity Flatten Unflatten Upsample UpsamplingBilinear2d PixelShuffle ZeroPad2d ReflectionPad1d "
    "ChannelShuffle Unfold Fold QuantStub DeQuantStub LlamaRotaryEmbedding",
    "activation": "ReLU ReLU6 LeakyReLU PReLU RReLU ELU CELU SELU GELU SiLU Mish Hardswish Hardsigmoid Hardtanh "
    "Sigmoid Tanh Softsign Softplus LogSigmoid Softmax Softmax2d LogSoftmax GLU NewGELUActivation SiLUActivation Swish",
}
KERAS = {
    "dense": "Dense EinsumDense",
    "conv": "Conv1D Conv2D Conv2DTranspose DepthwiseConv2D SeparableConv2D",
    "recurrent": "LSTM GRU SimpleRNN ConvLSTM2D",
    "normalization": "BatchNormalization LayerNormalization GroupNormalization UnitNormalization",
    "dropout": "Dropout SpatialDropout2D AlphaDropout GaussianNoise",
    "pooling": "MaxPooling2D GlobalAveragePooling1D",
    "reshape": "Flatten Reshape Permute Cropping2D ZeroPadding2D UpSampling2D Concatenate",
    "addition": "Add",
    "attention": "Attention AdditiveAttention MultiHeadAttention",
    "activation": "ReLU LeakyReLU PReLU ELU Softmax Relu Silu",
}
NAMES = [
    (framework, name, kind)
    for framework, table in (("pytorch", PYTORCH), ("keras", KERAS))
    for kind, names in table.items()
    for name in names.split()
]


@pytest.mark.parametrize(("framework", "name", "kind"), NAMES)
def test_a_class_is_of_its_kind(framework: str, name: str, kind: str) -> None:
    found = known_type(name, framework)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize("name", ["Hardshrink", "Softmin", "Threshold", "Mystery", "MLP", "None", "", "é" * 300])
def test_what_is_not_known_is_not_guessed(name: str) -> None:
    assert known_type(name, "pytorch") is None


def test_layers_that_only_prepare_inputs_are_no_normalisation() -> None:
    found = known_type("Normalization", "keras")
    assert found is not None
    assert found.kind == "other"


def test_pytorch_fixes_the_functions_of_its_gated_cells_and_keras_does_not() -> None:
    torch, keras = known_type("LSTM", "pytorch"), known_type("LSTM", "keras")
    assert torch is not None
    assert keras is not None
    assert (torch.activation, torch.gate) == ("tanh", "sigmoid")
    assert (keras.activation, keras.gate) == (None, None)
