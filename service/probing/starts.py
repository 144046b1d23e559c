"""How each candidate's weights begin in the network that a probe trains."""

from __future__ import annotations

from models.networks.shapes import Network
from models.theory import recommended_start
from models.theory.start import Start, standard_start


def start_for(name: str, network: Network) -> Start:
    """The recommended start where mean-field theory speaks of such layers, the published scheme elsewhere.

    The theory is of layers that follow one another, each a product, perhaps a normalisation, and the function: dense,
    convolved or on a graph. Inside a recurrent cell, or behind a block's attention and normalisation, it is silent.
    """
    if network.family in ("recurrent", "attention"):
        return standard_start(name)
    return recommended_start(name, network.depth, network.normalization, network.residual)
