"""Are the race's statistics to be trusted, and what do they cost? Races replayed from tables of all trainings.

python -m benchmarks.racing [--quick] [--cache FOLDER] [--replays N]
"""
