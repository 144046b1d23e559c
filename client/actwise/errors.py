"""What can go wrong between a client and the service.

ActwiseError
├── RefusedError       the service said no; carries the problem document with every fault
├── UnreachableError   no answer: wrong address, service down, timeout
└── WaitTimeoutError   a probe took longer than the caller would wait
"""

from __future__ import annotations

from actwise.contract.faults import Problem


class ActwiseError(Exception):
    """The base of every error of the client."""


class RefusedError(ActwiseError):
    """The service refused the request; `problem` says why and how to mend it."""

    def __init__(self, problem: Problem) -> None:
        lines = [f"{problem.title}: {problem.detail}"]
        lines += [f"  {fault.pointer or '/'}: {fault.message}" for fault in problem.faults]
        super().__init__("\n".join(lines))
        self.problem = problem


class UnreachableError(ActwiseError):
    """No answer came; the message names the address and the cause."""


class WaitTimeoutError(ActwiseError):
    """The probe is still running; it goes on, and can be waited for again."""
