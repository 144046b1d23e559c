"""Options that several commands share, and what the shell completes them with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Literal, get_args

import typer

from actwise.contract import vocabulary as words
from actwise.contract.names import ACTIVATIONS

Shape = Literal["full", "json", "quiet"]

LEVELS = ("error", "warning", "advice", "never")
"""What --fail-on takes."""

FORMATS = ("text", "json", "sarif", "junit")
"""What a diagnosis can be written as."""


def among(allowed: Iterable[str]) -> Callable[[str], list[str]]:
    """What completes one of these words."""
    kept = tuple(allowed)
    return lambda incomplete: [word for word in kept if word.startswith(incomplete)]


def shape(as_json: bool, quiet: bool) -> Shape:
    """How a command answers; JSON is the least surprising when both are asked for."""
    return "json" if as_json else "quiet" if quiet else "full"


Url = Annotated[str | None, typer.Option("--url", envvar="ACTWISE_URL", help="ask this service over HTTP")]
Json = Annotated[bool, typer.Option("--json", help="print JSON")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="print only what a script needs, one thing a line")]

Task = Annotated[
    str | None,
    typer.Option(help="classification, regression, or a finer kind", autocompletion=among(words.TASKS)),
]
LayerType = Annotated[
    str | None,
    typer.Option(help="dense, conv, recurrent, attention, graph, mixed", autocompletion=among(words.LAYER_TYPES)),
]
Depth = Annotated[int | None, typer.Option(help="hidden layers (blocks, for attention)")]
ComputeBudget = Annotated[
    str | None, typer.Option(help="low, medium, high", autocompletion=among(words.COMPUTE_BUDGETS))
]
Classes = Annotated[int | None, typer.Option(help="number of classes")]
Width = Annotated[int | None, typer.Option(help="units per hidden layer")]
Normalization = Annotated[
    str | None,
    typer.Option(help="none, batch, layer, rms, group, instance, weight", autocompletion=among(words.NORMALIZATIONS)),
]
Residual = Annotated[bool | None, typer.Option("--residual/--no-residual", help="residual paths")]
GatedFfn = Annotated[bool | None, typer.Option("--gated-ffn/--no-gated-ffn", help="gated feed-forward part")]
Cell = Annotated[str | None, typer.Option(help="rnn, lstm, gru", autocompletion=among(words.CELLS))]
Modality = Annotated[
    str | None, typer.Option(help="tabular, image, text, audio, ...", autocompletion=among(words.MODALITIES))
]
Rows = Annotated[int | None, typer.Option(help="training examples")]
Framework = Annotated[
    str | None,
    typer.Option(help="pytorch, keras, jax, sklearn", autocompletion=among(get_args(words.Framework))),
]
Allow = Annotated[
    list[str] | None, typer.Option(help="choose only among these; repeat", autocompletion=among(ACTIVATIONS))
]
Deny = Annotated[list[str] | None, typer.Option(help="never these; repeat", autocompletion=among(ACTIVATIONS))]
Formula = Annotated[list[str] | None, typer.Option(help="a function of your own: 'x * tanh(softplus(x))'; repeat")]
Prefer = Annotated[
    str | None, typer.Option(help="balanced, quality, convention", autocompletion=among(get_args(words.Prefer)))
]
Setting = Annotated[list[str] | None, typer.Option("--set", help="any other field: deployment.int8=true; repeat")]
RequestFile = Annotated[Path | None, typer.Option("--file", "-f", help="request as JSON or YAML; flags win over it")]
Explain = Annotated[bool, typer.Option("--explain", help="show all evidence, assumptions and gaps")]

Data = Annotated[
    str | None, typer.Option(help="what the probe trains on: a CSV, Parquet or NPZ file, ds_..., or a bundled name")
]
TargetColumn = Annotated[str | None, typer.Option(help="what to predict in the file")]
GroupColumn = Annotated[str | None, typer.Option(help="judge on groups that training never saw")]
TimeColumn = Annotated[str | None, typer.Option(help="judge on the latest rows")]
IgnoreColumn = Annotated[list[str] | None, typer.Option(help="leave this column out; repeat")]
Seeds = Annotated[int | None, typer.Option(help="most repetitions per candidate in the probe")]

ActivationName = Annotated[str | None, typer.Argument(help="one activation", autocompletion=among(ACTIVATIONS))]
