"""Exit codes of the command line, and how errors are told."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

OK = 0
FOUND = 1
FAULTY = 2
UNREACHABLE = 3
REFUSED = 4
CANCELLED = 130

MEANINGS = {
    OK: "done",
    FOUND: "the doctor found something at least as grave as --fail-on names, or a case of `rules test` failed",
    FAULTY: "the request or the command line is faulty; the message names every fault",
    UNREACHABLE: "no answer from the service",
    REFUSED: "the service refused, or the probe failed",
    CANCELLED: "interrupted",
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
    except ContractError as error:
        lines = [f"  {fault.pointer or '/'}: {fault.message}" for fault in error.faults]
        fail("\n".join(["this request cannot be taken:", *lines]), FAULTY)
    except UnreachableError as error:
        fail(f"{error}\n  is it running? start one with: actwise serve", UNREACHABLE)
    except ActwiseError as error:
        fail(str(error), REFUSED)
    except OSError as error:
        fail(str(error), FAULTY)
    except KeyboardInterrupt:
        fail("interrupted", CANCELLED)
