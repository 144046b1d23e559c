"""Blocks whose forward pass is published, put in the order in which data pass.

Those of torch.nn are known by their type, with norm_first=False, their default, which a print does not show. Blocks of
the transformers library (Llama and its kin, GPT-2, ViT) are known by the names of their parts, which they do not
register in the order in which they use them.
"""

from __future__ import annotations

from service.doctor.reading.pytorch_print import Module

RESIDUAL = "residual"
"""The type of an addition that was put in."""

_BY_TYPE: dict[str, str] = {
    "TransformerEncoderLayer": "self_attn dropout1 +attention norm1 linear1 activation dropout linear2 dropout2 "
    "+feed_forward norm2",
    "TransformerDecoderLayer": "self_attn dropout1 +attention norm1 multihead_attn dropout2 +cross_attention norm2 "
    "linear1 activation dropout linear2 dropout3 +feed_forward norm3",
}
_LEAST_PARTS = 3
_BY_PARTS: tuple[str, ...] = (
    "input_layernorm self_attn +attention post_attention_layernorm mlp +feed_forward",
    "gate_proj act_fn up_proj down_proj",
    "ln_1 attn +attention ln_2 mlp +feed_forward",
    "c_fc act c_proj dropout",
    "layernorm_before attention +attention layernorm_after intermediate output +feed_forward",
)


def is_certain(module: Module) -> bool:
    """Whether nothing can act between the parts of this block but what is printed."""
    return module.type in _BY_TYPE


def arranged(module: Module) -> list[Module] | None:
    """The parts of a known block with its additions; None for any other module."""
    parts = {one.name: one for one in module.children}
    if len(parts) < len(module.children):
        return None
    order = next((found for told in _orders(module, parts) if parts.keys() <= set(found := told.split())), None)
    if order is None:
        return None
    wanted = [name for name in order if name in parts or name.startswith("+")]
    return [parts.get(name) or Module(name.removeprefix("+"), RESIDUAL) for name in wanted]


def _orders(module: Module, parts: dict[str, Module]) -> list[str]:
    """Orders that may be meant: the one of the type, or those of which at least three parts are there."""
    if module.type in _BY_TYPE:
        return [_BY_TYPE[module.type]]
    return [order for order in _BY_PARTS if len(parts.keys() & set(order.split())) >= _LEAST_PARTS]
