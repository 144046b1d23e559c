"""The doctor: a network as somebody has it, and what is wrong with it. Pure: no Flask, no database, no clock."""
