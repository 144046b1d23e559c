"""Compute the shipped tables anew: `python -m models.theory.regenerate`, about half a minute."""

from __future__ import annotations

import sys
from dataclasses import fields

import numpy as np

from models.theory.tables import FILE, Tables, compute

if __name__ == "__main__":
    made = compute()
    np.savez_compressed(FILE, **{field.name: getattr(made, field.name) for field in fields(Tables)})
    sys.stdout.write(f"wrote {FILE.name}: {FILE.stat().st_size:,} bytes, {len(made.names)} candidates\n")
