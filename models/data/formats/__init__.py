"""From the bytes of a file to a table; one file for each format.

columns      what CSV and Parquet have in common: named columns of numbers or words, and their parts in a table
csv_text     text, separated by comma, semicolon or tab
parquet      Apache Parquet with flat columns
npz          NumPy arrays: tables, images, signals, sequences, tokens and graphs

Nothing is believed that a file says of its own size: what it would take is added up, and refused, before memory is
taken for it. Objects (pickles) are never loaded.
"""
