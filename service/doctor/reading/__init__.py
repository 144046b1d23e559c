"""From what somebody pastes to a network: a PyTorch print, a Keras summary or configuration, YAML, JSON.

Nothing of a text is ever executed. Every reader takes time in proportion to the text, and refuses what it cannot read
with ContractError alone.
"""

from service.doctor.reading.network import Reading, read_network

__all__ = ["Reading", "read_network"]
