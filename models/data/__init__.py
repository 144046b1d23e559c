"""Data prepared for training: bundled sets, the caller's own files, and synthetic proxies.

Nothing here opens a file or a connection: a caller's file arrives as bytes.

    prepare(table, task)       checked, split and standardised arrays; raises DataRefused
    bundled_table(name)        a data set that ships with scikit-learn
    read_table(content, name)  a caller's CSV or NPZ file
    proxy_table(spec, seed)    synthetic data that match a description
"""
