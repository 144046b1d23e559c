"""Synthetic inputs for every form of rows, one file each: what a network of that kind must be able to see.

Each gives the inputs and a few hidden factors of each row, which a teacher (`teacher.taught`) turns into what the
target is made of: `signals` [rows, outputs] of mean 0 and variance 1. Where in a row the factors are to be found
differs.

tables      a few shared directions among Gaussian columns
images      small patterns, each somewhere, with some strength
signals     bursts somewhere, and a steady oscillation
sequences   values that were marked long before the end, and an oscillation
tokens      which of two words came first, how deep brackets went, which words stand together
graphs      groups of nodes, seen through noise that only neighbours average out
"""
