"""Callers' own data sets: what the service tells of one that it keeps."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import AwareDatetime, Field

from actwise.contract.evidence import Answer

DATASET_ID = re.compile(r"ds_[0-9a-f]{32}")
DATASET_NAME = r"^[^\x00-\x1f\x7f/\\]+$"
DATASET_NAME_LENGTH = 200


class DatasetColumn(Answer):
    """One column of a table."""

    name: str
    kind: Literal["numbers", "words"]
    missing: int = Field(ge=0, description="rows without a value")
    infinite: int = Field(0, ge=0, description="rows with an infinite number")
    different: int | None = Field(None, ge=0, description="different words; null for numbers")
    low: float | None = Field(None, description="smallest finite number; null for words")
    high: float | None = Field(None, description="largest finite number; null for words")


class DatasetArray(Answer):
    """One array of an NPZ file."""

    name: str
    type: str = Field(description="type of its values, as NumPy calls it")
    shape: tuple[int, ...]
    missing: int = Field(0, ge=0, description="values that are NaN")
    infinite: int = Field(0, ge=0, description="values that are infinite")


class DatasetFacts(Answer):
    """What is known of the content: the same for the same bytes."""

    format: Literal["csv", "parquet", "npz"]
    rows: int = Field(ge=1)
    columns: tuple[DatasetColumn, ...] = Field((), description="of a table, in order")
    arrays: tuple[DatasetArray, ...] = Field((), description="of an NPZ file")
    notes: tuple[str, ...] = Field((), description="what a probe may stumble over")


class Dataset(Answer):
    """A data set that is kept."""

    id: str = Field(description="a hash of the content: the same bytes are the same resource")
    name: str = Field(description="as it was first called")
    bytes: int = Field(ge=1)
    created: AwareDatetime
    facts: DatasetFacts


class DatasetPage(Answer):
    """A page of data sets, newest first."""

    items: tuple[Dataset, ...]
    next: str | None = Field(None, description="cursor of the following page; null on the last one")
