"""The error of an integration whose library is not there."""

from __future__ import annotations


def not_installed(library: str, extra: str, cause: ImportError) -> ImportError:
    """What to raise when `library` cannot be imported; `extra` is the extra of this package that brings it."""
    return ImportError(
        f"actwise.integrations.{extra} needs {library}, which cannot be imported ({cause}): "
        f'pip install "actwise[{extra}]"',
        name=cause.name,
    )
