"""`actwise migrate`: bring the database to the present schema, and measure how fast this machine trains."""

from __future__ import annotations

import sys

from service.processes.beginning import entry
from service.processes.environment import one_blas_thread
from service.settings import Settings


@entry
def main(settings: Settings) -> int:
    """Migrate, and calibrate once per database. Safe to run again and beside a running service."""
    one_blas_thread()
    from service.jobs.actwise_probing import ActwiseProbing
    from service.jobs.calibrating import ensure_calibrated
    from service.jobs.runtime import migrate_all
    from service.storage.engine import make_engine

    migrate_all(settings.database_url)
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        ensure_calibrated(engine, ActwiseProbing(settings.house_rules, settings.workers))
    finally:
        engine.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
