"""Callers' own data: checked when it comes, kept under a hash of its content, read by whatever worker needs it.

port          what HTTP and the jobs ask of a store, and what it refuses
inspection    the bytes of a file -> what is in it, or why it cannot be used
sandbox       the same in a process of its own, with bounded memory and time
stored        the store on the database
memory        the store in this process alone
"""
