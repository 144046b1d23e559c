"""The speed of the machine, measured once per database: a request must mean the same budget every time."""

from __future__ import annotations

import sqlalchemy as sa

from service.jobs.probing import Probing
from service.storage.calibrations import keep_calibration, stored_calibration


def known_calibration(engine: sa.Engine, probing: Probing) -> str | None:
    with engine.connect() as connection:
        return stored_calibration(connection, probing.speed_name)


def ensure_calibrated(engine: sa.Engine, probing: Probing) -> None:
    """Measure this machine, unless the database holds a measurement already."""
    if known_calibration(engine, probing) is None:
        record = probing.calibrate()
        with engine.begin() as connection:
            keep_calibration(connection, probing.speed_name, record)
