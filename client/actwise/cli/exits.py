"""Exit codes of the command line, and how errors are told."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from actwise.cli.streams import forget_output

OK = 0
FOUND = 1
FAULTY = 2
UNREACHABLE = 3
REFUSED = 4
CANCELLED = 130
CUT_OFF = 141

MEANINGS = {
    OK: "done",
    FOUND: "the doctor found something at least as grave as --fail-on names, or a case of `rules test` failed",
    FAULTY: "the request or the command line is faulty; the message names every fault",
    UNREACHABLE: "no answer from the service",
    REFUSED: "the service refused, or the probe failed",
    CANCELLED: "interrupted",
    CUT_OFF: "whatever read the output stopped reading",
}


def fail(message: str, code: int) -> None:
    """Say what is wrong on standard error and leave with `code`."""
    sys.stderr.write(f"actwise: {message}\n")
    raise SystemExit(code)


@contextmanager
def telling_errors() -> Iterator[None]:
    """Errors of contract, files and service become one message and an exit code, never a traceback."""
    from actwise.contract.faults import ContractError
    from actwise.errors import ActwiseError, UnreachableError

    try:
        yield
        sys.stdout.flush()
    except ContractError as error:
        lines = [f"  {fault.pointer or '/'}: {fault.message}" for fault in error.faults]
        fail("\n".join(["this request cannot be taken:", *lines]), FAULTY)
    except UnreachableError as error:
        fail(f"{error}\n  is it running? start one with: actwise serve", UNREACHABLE)
    except ActwiseError as error:
        fail(str(error), REFUSED)
    except BrokenPipeError:
        forget_output()
        raise SystemExit(CUT_OFF) from None
    except FileNotFoundError as error:
        fail(f"{error}{_nearest_file(error)}", FAULTY)
    except OSError as error:
        fail(str(error), FAULTY)
    except KeyboardInterrupt:
        fail("interrupted", CANCELLED)


def _nearest_file(error: FileNotFoundError) -> str:
    """The file in the same folder whose name is nearest, as a question."""
    from actwise.contract.names import nearest_name

    path = Path(str(error.filename or ""))
    there = [found.name for found in path.parent.iterdir()] if path.name and path.parent.is_dir() else []
    near = nearest_name(path.name, there)
    return f": did you mean {str(path.with_name(near))!r}?" if near else ""
