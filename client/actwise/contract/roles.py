"""What part of a network a description speaks of, read from its words about the domain.

A request names the role of a block only in `layers`; without them these words tell it.
"""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS: dict[str, tuple[str, ...]] = {
    "discriminator": ("discriminator", "gan critic", "wgan critic"),
    "generator": ("gan generator", "generator network", "generator of a gan"),
    "implicit_representation": (
        "implicit neural",
        "implicit represent",
        "neural field",
        "radiance field",
        "signed distance",
        "coordinate network",
        "coordinate-based",
    ),
    "attention_weights": ("attention weight", "attention score"),
    "bottleneck": ("linear bottleneck", "bottleneck projection", "low-rank projection"),
    "flow_scale": ("log-scale", "flow scale", "coupling scale"),
    "autoencoder": ("autoencoder", "auto-encoder"),
}
_IN_CONTROL: dict[str, tuple[str, ...]] = {
    "policy": ("policy network", "policy head", "actor network"),
    "value": ("value network", "value head", "value function", "critic network", "q-network"),
}


@lru_cache(maxsize=4096)
def role_in_words(domain: str | None, task: str) -> str:
    """The role that the words name, "hidden" when they name none; policies and values are parts of control only."""
    if not domain:
        return "hidden"
    known = _WORDS | (_IN_CONTROL if task == "reinforcement_learning" else {})
    for role, words in known.items():
        if any(re.search(rf"\b{re.escape(word)}", domain, re.IGNORECASE) for word in words):
            return role
    return "hidden"
