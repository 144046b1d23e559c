"""Kernels in C for the hot loops of training in float32, compiled where the machine has a C compiler.

python -m models.kernels.build      compiles them (seconds; `make` does it)
library.compiles(dtype)             whether they are used
fastest(activation, dtype)          an activation as it is computed fastest

Each kernel stands in for a few lines of NumPy that do the same, which stay: they are what runs in float64, where no
compiler is, and what the kernels are tested against. Results with and without kernels differ in their last bits.
"""
