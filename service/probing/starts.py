"""How each candidate's weights begin in the network that a probe trains."""

from __future__ import annotations

from models.formulas import is_formula, resolve
from models.formulas.start import start_by_name
from models.networks.shapes import Network
from models.theory.start import Start, standard_start, standard_start_of


def start_for(name: str, network: Network) -> Start:
    """The recommended start where mean-field theory speaks of such layers, the published scheme elsewhere.

    The theory is of layers that follow one another, each a product, perhaps a normalisation, and the function: dense,
    convolved or on a graph. Inside a recurrent cell, or behind a block's attention and normalisation, it is silent.
    """
    if network.family in ("recurrent", "attention"):
        return standard_start_of(resolve(name)) if is_formula(name) else standard_start(name)
    return start_by_name(name, network.depth, network.normalization, network.residual)
