"""One worker process, child of a supervisor."""

from __future__ import annotations

import os
import sys

from service.processes.beginning import entry
from service.processes.environment import PARENT, end_with_parent, one_blas_thread
from service.settings import Settings


@entry
def main(settings: Settings) -> int:
    """Take probes and tasks until SIGTERM."""
    end_with_parent(int(os.environ.get(PARENT, os.getppid())))
    one_blas_thread()
    from service.datasets.stored import StoredDatasets
    from service.jobs.actwise_probing import ActwiseProbing
    from service.jobs.worker import run_worker
    from service.learning.serving import learned_of

    def probing() -> ActwiseProbing:
        contents = StoredDatasets(settings.database_url).contents
        learned = learned_of(settings.home)
        return ActwiseProbing(settings.house_rules, settings.workers, contents=contents, learned=learned)

    run_worker(settings.database_url, probing)
    return 0


if __name__ == "__main__":
    sys.exit(main())
