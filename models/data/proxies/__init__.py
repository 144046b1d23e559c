"""Synthetic inputs for every form of rows, one file each: what a network of that kind must be able to see.

Each gives the inputs and `signals` [rows, outputs], of mean 0 and variance 1, which the target is made of. A few hidden
factors decide them by way of a teacher (`teacher.taught`): where the factors are to be found in a row differs.

tables      a few shared directions among Gaussian columns
images      small patterns, each somewhere, with some strength
signals     bursts somewhere, and a steady oscillation
sequences   values that were marked long before the end, and an oscillation
tokens      which of two words came first, how deep brackets went, which words stand together
graphs      groups of nodes, seen through noise that only neighbours average out
"""
