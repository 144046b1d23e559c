"""What a process does to itself before anything else: one BLAS thread, and an end with its parent."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import MutableMapping

_BLAS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_PR_SET_PDEATHSIG = 1

PARENT = "ACTWISE_PARENT"
"""Environment variable with the process number of the supervisor."""


def one_blas_thread(environ: MutableMapping[str, str] = os.environ) -> None:
    """Parallelism is across processes; libraries read these when NumPy is first imported, so call it before."""
    for name in _BLAS:
        environ[name] = "1"


def end_with_parent(parent: int) -> None:
    """Have the kernel send SIGTERM when the parent dies, however it dies. Linux only; elsewhere nothing happens,
    and orphans are harmless: they go on working from the database until they are ended.

    `parent`: process number of the parent as it knows itself; exits at once if it is gone already.
    """
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(0)
