"""The sizes of every layer of a convolutional network, from its shape alone.

A signal is an image of height 1. With 'same' padding (k - 1) // 2 zeros go before each axis and the rest of k - 1 after
it, and a stride keeps every stride-th place from the first: ceil(size / stride) are left. Pooling takes windows of 2
places side by side; a place left over at the end is dropped, and an axis of one place stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from models.networks.shapes import ConvShape

Pair = tuple[int, int]
"""(height, width)."""


@dataclass(frozen=True)
class LayerSizes:
    """One hidden layer: `inputs` and `outputs` are the sizes before and after its convolution, `pooled` after pooling.

    `window` is (1, 1) where nothing is pooled; `padding` counts the zeros before each axis.
    """

    channels: int
    width: int
    inputs: Pair
    outputs: Pair
    kernel: Pair
    stride: Pair
    padding: Pair
    window: Pair
    residual: bool

    @property
    def pooled(self) -> Pair:
        """Sizes of what the next layer sees."""
        return self.outputs[0] // self.window[0], self.outputs[1] // self.window[1]

    @property
    def fan_in(self) -> int:
        """Numbers that one output sums over."""
        return self.channels * prod(self.kernel)

    @property
    def places(self) -> int:
        """Outputs of one channel."""
        return prod(self.outputs)

    @property
    def aligned(self) -> bool:
        """Whether output and input lie at the same place, and there are as many."""
        return self.stride == (1, 1) and self.inputs == self.outputs


def layer_sizes(network: ConvShape) -> tuple[LayerSizes, ...]:
    """The sizes of the hidden layers. Raises ValueError when an unpadded kernel is wider than what is left to it."""
    found: list[LayerSizes] = []
    for index in range(network.depth):
        before = (found[-1].width, found[-1].pooled) if found else (network.channels, network.plane)
        found.append(_layer(network, index, *before))
    return tuple(found)


def _layer(network: ConvShape, index: int, channels: int, inputs: Pair) -> LayerSizes:
    shrinks = network.shrink_every > 0 and (index + 1) % network.shrink_every == 0
    kernel = _along_axes(network, network.kernel)
    stride = _along_axes(network, network.stride if shrinks else 1)
    same = network.padding == "same"
    room = (inputs[0] if same else inputs[0] - kernel[0] + 1, inputs[1] if same else inputs[1] - kernel[1] + 1)
    if min(room) < 1:
        raise ValueError(
            f"hidden layer {index} sees {inputs[0]} x {inputs[1]} places, which an unpadded kernel of {kernel[0]} x "
            f"{kernel[1]} does not fit into; pad with 'same', or use a smaller kernel, fewer layers or less shrinking"
        )
    outputs = (-(-room[0] // stride[0]), -(-room[1] // stride[1]))
    pools = shrinks and network.pooling != "none"
    return LayerSizes(
        channels=channels,
        width=network.width,
        inputs=inputs,
        outputs=outputs,
        kernel=kernel,
        stride=stride,
        padding=((kernel[0] - 1) // 2, (kernel[1] - 1) // 2) if same else (0, 0),
        window=(min(2, outputs[0]), min(2, outputs[1])) if pools else (1, 1),
        residual=network.residual and index > 0 and not pools and outputs == inputs,
    )


def _along_axes(network: ConvShape, count: int) -> Pair:
    """The same along both axes of an image; 1 along the height of a signal."""
    return (count if len(network.sizes) == 3 else 1, count)


def read_features(network: ConvShape, last: LayerSizes) -> int:
    """Numbers that the linear layer sees."""
    return network.width * (prod(last.pooled) if network.head == "flatten" else 1)
