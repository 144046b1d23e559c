"""From a request to a reading: which reader is asked, what context adds, and no error but ContractError."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actwise.contract.diagnosis import DiagnosisRequest, Network
from actwise.contract.faults import ContractError
from actwise.contract.reading import read_diagnosis
from service.doctor.reading import Reading, read_network

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*"))
NET = "Net(\n  (fc1): Linear(in_features=3, out_features=4, bias=True)\n  (fc2): Linear(4, 10)\n)"


def read(**fields: Any) -> Reading:
    return read_network(read_diagnosis(fields))


def faults(**fields: Any) -> dict[str, str]:
    with pytest.raises(ContractError) as caught:
        read(**fields)
    return {fault.pointer: fault.message for fault in caught.value.faults}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_sample_is_read_as_what_it_is(path: Path) -> None:
    assert read(text=path.read_text()).read_as == path.name.partition("_")[0].rstrip("23").replace("torch", "pytorch")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_line_ends_colours_and_byte_order_marks_change_nothing(path: Path) -> None:
    text = path.read_text()
    coloured = "\ufeff" + text.replace("(", "\x1b[38;5;33m(").replace("\n", "\r\n")
    assert read(text=coloured) == read(text=text)


def test_a_network_is_taken_as_it_is() -> None:
    network = Network.model_validate({"layers": [{"kind": "dense", "units": 3}], "task": "regression"})
    found = read_network(DiagnosisRequest(network=network))
    assert (found.network, found.read_as) == (network, "network")


def test_context_wins_over_the_text() -> None:
    assert read(text="layers: [dense 3]\nloss: mse", context={"loss": "mae"}).network.loss == "mae"


def test_context_tells_activations_by_the_names_of_layers() -> None:
    found = read(text=NET, context={"activations": {"fc1": "ReLU", "fc2": "none"}})
    assert [layer.activation for layer in found.network.layers] == ["relu", "identity"]
    assert not any("left open" in note for note in found.notes)


def test_dotted_names_may_be_told_as_inner_objects() -> None:
    text = "Net(\n  (net): Block(\n    (0): Linear(3, 4)\n  )\n)"
    for told in ({"net.0": "tanh"}, {"net": {"0": "tanh"}}):
        assert read(text=text, context={"activations": told}).network.layers[0].activation == "tanh"


def test_every_fault_of_a_context_is_told_at_once() -> None:
    found = faults(text=NET, context={"lss": "mse", "layers": [], "task": "regresion", "weight_decay": -1})
    assert sorted(found) == ["/context/layers", "/context/lss", "/context/task", "/context/weight_decay"]
    assert found["/context/lss"].endswith("did you mean 'loss'?")
    assert found["/context/task"].endswith("did you mean 'regression'?")


def test_unknown_layers_and_functions_in_a_context_are_told_with_the_nearest() -> None:
    found = faults(text=NET, context={"activations": {"fc3": "relu", "fc1": "rellu"}})
    assert (
        "did you mean 'fc2'" in found["/context/activations/fc3"]
        or "did you mean 'fc1'" in found["/context/activations/fc3"]
    )
    assert "did you mean 'relu'" in found["/context/activations/fc1"]


@pytest.mark.parametrize(
    ("loss", "framework", "from_logits"),
    [
        ("CrossEntropyLoss", "pytorch", True),
        ("BCEWithLogitsLoss", "pytorch", True),
        ("BCELoss", "pytorch", False),
        ("NLLLoss", "pytorch", None),
        ("binary_crossentropy", "keras", False),
        ("SparseCategoricalCrossentropy", "keras", False),
        ("keras.losses.BinaryCrossentropy(from_logits=True)", "keras", True),
        ("cross_entropy", None, True),
        ("binary_cross_entropy", None, None),
        ("mse", None, None),
    ],
)
def test_framework_and_logits_follow_from_the_loss_where_it_fixes_them(
    loss: str, framework: str | None, from_logits: bool | None
) -> None:
    found = read(text="layers: [dense 3]", context={"loss": loss})
    assert (found.network.loss, found.network.framework, found.network.from_logits) == (loss, framework, from_logits)
    assert bool(found.notes) == (framework is not None or from_logits is not None)


def test_what_was_told_is_not_concluded() -> None:
    found = read(text="layers: [dense 3]", context={"loss": "BCELoss", "from_logits": True, "framework": "jax"})
    assert (found.network.from_logits, found.network.framework, found.notes) == (True, "jax", ())


def test_a_loss_nobody_knows_is_kept_and_noted_with_the_nearest() -> None:
    found = read(text="layers: [dense 3]", context={"loss": "CrosEntropyLoss"})
    assert found.network.loss == "CrosEntropyLoss"
    assert "did you mean 'CrossEntropyLoss'?" in found.notes[0]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ('Traceback (most recent call last):\n  File "x.py", line 3\n    f(x)\nValueError: x', "traceback"),
        ("import torch\nmodel = torch.nn.Sequential(torch.nn.Linear(3, 4))", "program text"),
        ("model = nn.Sequential(\n    nn.Linear(3, 4),\n    nn.ReLU(),\n)", "program text"),
        ("Layer (type:depth-idx)    Output Shape    Param #\n├─Linear: 1-1   [1, 3]   9", "torchinfo"),
        (" \n\t\n", "empty"),
        ("\x00\x01PNG", "no text"),
        ("(" * 200_000, "neither"),
        ("the quick brown fox", "neither"),
    ],
)
def test_what_is_something_else_is_named_with_what_to_paste_instead(text: str, advice: str) -> None:
    assert advice in faults(text=text)["/text"]


def test_code_before_a_print_does_not_spoil_it() -> None:
    found = read(text=f"model = nn.Sequential(nn.Linear(3, 4))\nprint(model)\n{NET}")
    assert len(found.network.layers) == 2
    assert len(found.unread) == 2


def test_hundreds_of_unread_lines_are_told_by_their_number() -> None:
    found = read(text=NET + "\nnoise here" * 300)
    assert len(found.unread) == 51
    assert found.unread[-1] == "and 250 more lines"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"text": "x", "network": {"layers": [{"kind": "dense"}]}},
        {"text": ""},
        {"txt": "x"},
        {"text": "x" * 200_001},
    ],
)
def test_a_request_is_either_text_or_network(fields: dict[str, Any]) -> None:
    assert faults(**fields)


LINES = st.sampled_from(
    """Net(
)
  )
))
(a): Sequential(
(0-3): 4 x Block(
(x): Linear(3, 4)
(y): Softmax(dim=1)
(w): ParametrizedLinear(
in_features=3
(g): GINConv(nn=Sequential(
(l): NLLLoss()
(e): Sequential()
(h): Hardtanh(a)
(t): TransformerEncoderLayer(
(linear1): Linear(3, 4)
(self_attn): MultiheadAttention(
Layer (type)  Output Shape  Param #
┃ Layer (type) ┃ Output Shape ┃ Param # ┃
 dense (Dense)  (None, 3)  9
 batch_normalization (Batch  (None, 3)  9
 Normalization)
│ dense (Dense) │ (None, 3) │ 9 │
├──┼──┼──┤
│ a │ b │
│ (Dense) │ │ │
====
Total params: 3
layers:
- dense 3 relu
- {type: gru}
loss: mse
  - x
activation: relu
[
{a: b}
?""".splitlines()
)


@given(st.one_of(st.text(max_size=300), st.lists(st.one_of(LINES, st.text(max_size=20)), max_size=25).map("\n".join)))
@settings(max_examples=400, deadline=None)
def test_any_text_gives_a_reading_or_a_contract_error(text: str) -> None:
    try:
        found = read_network(DiagnosisRequest.model_construct(text=text, network=None, context={}))
    except ContractError as error:
        assert all(fault.message for fault in error.faults)
    else:
        assert found.network.layers
        assert Network.model_validate_json(found.network.model_dump_json(exclude_unset=True)) == found.network


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["dense 3 relu", "relu"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["layers", "class_name", "config", "kind", "type", "units", "activation", "loss", "parameters"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(
    JSON, st.dictionaries(st.sampled_from(["activations", "loss", "task", "classes", "target", "x"]), JSON, max_size=3)
)
@settings(max_examples=300, deadline=None)
def test_any_data_and_context_give_a_reading_or_a_contract_error(data: Any, context: dict[str, Any]) -> None:
    import json

    try:
        assert read(text=json.dumps({"layers": data}), context=context).network.layers
    except ContractError as error:
        assert error.faults
