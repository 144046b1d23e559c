"""Compile the kernels with this machine's C compiler: python -m models.kernels.build

The library goes beside the sources, under a name that holds a hash of them and of the compiler's flags, so that one
built from other sources is never loaded. Nothing is compiled at any other time. Where there is no compiler, or it
fails, a line says so and the exit code is 0: everything works without kernels, only slower.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parent / "source"
BUILT = Path(__file__).parent / "built"
COMPILERS = ("gcc", "cc", "clang")
"""GCC first: what clang 14 makes of the kernels takes 1.4 to 1.7 times as long."""

# Not -ffast-math: it would keep NaN from passing through, and sets the whole process to flush denormal numbers.
# GNU C rounds a product before it is added; fused, both are one instruction.
_FLAGS = ("-O3", "-std=gnu11", "-shared", "-fPIC", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast")
_BY_MACHINE = {"x86_64": ("-march=x86-64-v3",), "AMD64": ("-march=x86-64-v3",)}
"""AVX2 and FMA, which all but the oldest x86 processors have; `library` looks before it loads."""


def flags() -> tuple[str, ...]:
    """The compiler's flags on a machine of this kind."""
    return (*_FLAGS, *_BY_MACHINE.get(platform.machine(), ()))


def library_path() -> Path:
    """Where the library built from these sources with these flags is, or will be."""
    digest = hashlib.sha256(" ".join(flags()).encode())
    for path in sorted(SOURCE.iterdir()):
        digest.update(path.read_bytes())
    return BUILT / f"kernels-{platform.machine()}-{digest.hexdigest()[:16]}.so"


def compiler() -> list[str] | None:
    """The command in CC, or the first compiler that is installed."""
    chosen = shlex.split(os.environ.get("CC", ""))
    found = (shutil.which(name) for name in (chosen[:1] or COMPILERS))
    first = next((path for path in found if path), None)
    return [first, *chosen[1:]] if first else None


def build() -> str:
    """Compile, unless it is done; what came of it, as a line."""
    target, command = library_path(), compiler()
    if target.exists():
        return f"compiled kernels: {target.name} is up to date"
    if command is None:
        return "compiled kernels: no C compiler found; probes run on NumPy alone, at half the speed"
    BUILT.mkdir(exist_ok=True)
    spare = target.with_suffix(f".{os.getpid()}.tmp")
    sources = [str(path) for path in sorted(SOURCE.glob("*.c"))]
    done = subprocess.run([*command, *flags(), "-o", str(spare), *sources, "-lm"], capture_output=True, text=True)
    if done.returncode:
        return f"compiled kernels: {command[0]} failed; probes run on NumPy alone, at half the speed\n{done.stderr}"
    spare.replace(target)
    _remove_older(target)
    return f"compiled kernels: built {target.name}"


def _remove_older(target: Path) -> None:
    for path in BUILT.glob(f"kernels-{platform.machine()}-*.so"):
        if path != target:
            path.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.stdout.write(f"{build()}\n")
