"""/v1/datasets: send, list, read, delete."""

from __future__ import annotations

from typing import Any

from flask import Request, Response, request

from actwise.contract.dataset import Dataset, DatasetPage
from actwise.contract.faults import Fault
from models.data.files import FileFormat, format_of
from service.datasets.port import Datasets, FullError, InUseError, UnusableError
from service.http.documents import document, encoded
from service.http.operations import Operation, Success
from service.http.problems import ProblemError
from service.http.query import DatasetQuery, NoQuery, PageQuery, read_query

PATH = "/v1/datasets"
_JSON = "application/json"
_FORMATS: dict[str, FileFormat | None] = {
    "text/csv": "csv",
    "application/vnd.apache.parquet": "parquet",
    "application/zip": "npz",
    "application/octet-stream": None,
}
"""What may be sent under which media type; None: whatever the first bytes show."""
_PATH_ID: dict[str, dict[str, Any]] = {
    "id": {
        "description": "`id` of the data set",
        "schema": {"type": "string"},
        "example": "ds_0123456789abcdef0123456789abcdef",
    }
}


class DatasetRoutes:
    """The handlers, around a store."""

    def __init__(self, store: Datasets) -> None:
        self._store = store

    def create(self) -> Response:
        """Check and keep the body."""
        query = read_query(request, DatasetQuery)
        content = _content(request, self._store.limits.bytes_each)
        try:
            added = self._store.add(content, query.name or f"data.{format_of(content)}")
        except UnusableError as error:
            fault = Fault(pointer="", code=error.code, message=str(error))
            raise ProblemError("unusable_data", str(error), faults=(fault,)) from None
        except FullError as error:
            raise ProblemError("datasets_full", str(error)) from None
        location = {"Location": f"{PATH}/{added.dataset.id}"}
        return Response(encoded(added.dataset), 201 if added.created else 200, location, content_type=_JSON)

    def page(self) -> Response:
        """One page of the list."""
        query = read_query(request, PageQuery)
        try:
            found = self._store.list(query.limit, query.cursor)
        except ValueError as error:
            fault = Fault(pointer="/cursor", code="invalid", message=str(error), sent=query.cursor)
            raise ProblemError("invalid_query", faults=(fault,)) from None
        return document(encoded(DatasetPage(items=found.items, next=found.next)))

    def read(self, identifier: str) -> Response:
        """One data set, without its content."""
        read_query(request, NoQuery)
        found = self._store.find(identifier)
        if found is None:
            raise _unknown(identifier)
        return document(encoded(found))

    def delete(self, identifier: str) -> Response:
        """Delete for good."""
        read_query(request, NoQuery)
        try:
            found = self._store.delete(identifier)
        except InUseError as error:
            raise ProblemError("dataset_in_use", str(error)) from None
        if not found:
            raise _unknown(identifier)
        return Response(status=204)


def _content(sent: Request, limit: int) -> bytes:
    """The bytes of a file, at most `limit`, of the format that its media type names. Raises ProblemError."""
    if sent.mimetype not in _FORMATS or sent.headers.get("Content-Encoding", "identity") != "identity":
        given = sent.headers.get("Content-Type", "nothing")[:100]
        message = f"sent was {given}; send {', '.join(_FORMATS)}, without a Content-Encoding"
        raise ProblemError("unsupported_data_type", message)
    sent.max_content_length = limit + 1
    content = sent.get_data(cache=False) if (sent.content_length or 0) <= limit else None
    if content is None or len(content) > limit:
        raise ProblemError("body_too_large", f"a data set may have at most {limit:,} bytes")
    if not content:
        raise ProblemError("empty_data")
    named, found = _FORMATS[sent.mimetype], format_of(content)
    if named is not None and named != found:
        message = f"these bytes are {found}, but were sent as {sent.mimetype}"
        fault = Fault(pointer="", code="unreadable", message=message)
        raise ProblemError("unusable_data", message, faults=(fault,))
    return content


def dataset_operations(store: Datasets) -> tuple[Operation, ...]:
    """The four operations on data sets."""
    routes = DatasetRoutes(store)
    there = {"Location": "path of the data set"}
    return (
        Operation(
            method="POST",
            path=PATH,
            name="createDataset",
            tag="datasets",
            summary="Send data of your own for probes to train on",
            description=(
                "The body is the file itself: CSV (UTF-8, with a header), Parquet with flat columns, or NPZ without "
                "pickles. It is checked before it is kept. The id is a hash of the content, so sending the same "
                "bytes again answers 200 and changes nothing. Then name it in a request: "
                '`"probe": {"data": {"dataset": "ds_..."}}`.'
            ),
            handler=routes.create,
            query=DatasetQuery,
            uploads=tuple(_FORMATS),
            answers={
                201: Success("It is kept.", Dataset, there),
                200: Success("It was kept already.", Dataset, there),
            },
            problems=("empty_data", "body_too_large", "unsupported_data_type", "unusable_data", "datasets_full"),
        ),
        Operation(
            method="GET",
            path=PATH,
            name="listDatasets",
            tag="datasets",
            summary="List data sets, newest first",
            description="Follow `next` as `cursor` until it is null.",
            handler=routes.page,
            query=PageQuery,
            answers={200: Success("One page.", DatasetPage, {"ETag": "changes with the content"})},
        ),
        Operation(
            method="GET",
            path=f"{PATH}/{{id}}",
            name="readDataset",
            tag="datasets",
            summary="Read what is known of one data set",
            description="Columns, types, ranges and missing values. The content itself is never given back.",
            handler=routes.read,
            path_parameters=_PATH_ID,
            answers={200: Success("What is known.", Dataset, {"ETag": "changes with the content"})},
            problems=("unknown_dataset",),
        ),
        Operation(
            method="DELETE",
            path=f"{PATH}/{{id}}",
            name="deleteDataset",
            tag="datasets",
            summary="Delete a data set for good",
            description=(
                "Answers that were made with it stay. While a probe that trains on it is queued or running, it cannot "
                "be deleted: 409."
            ),
            handler=routes.delete,
            path_parameters=_PATH_ID,
            answers={204: Success("It is gone.")},
            problems=("unknown_dataset", "dataset_in_use"),
        ),
    )


def _unknown(identifier: str) -> ProblemError:
    return ProblemError("unknown_dataset", f"no data set is kept under {identifier[:100]!r}")
