"""Races that the caller's own trainer runs.

draft_race(request, answer) -> RaceDraft      who takes part, and the terms, as plain data
RaceBook(plan): runs() / tell(ended) / report()   the race as a function of its terms and the log of results
hand_out(...), judge(...)                     who gets which training, and what becomes of a result
StoredRaces(url, advise)                      all of it on the database, for many trainers at once
"""
