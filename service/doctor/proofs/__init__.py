"""Numeric proofs: what a fault does to a toy batch of the caller's own classes, widths and depths.

Every number is computed when it is asked for; randomness comes from fixed seeds named in the proof's setting.
"""
