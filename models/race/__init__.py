"""The race: which candidates cannot be told apart, found with as few training steps as possible.

It hands out training tasks and takes their results; it knows no process, no clock and no database.

    plan_race(...)     -> RacePlan    a budget in network-steps cut into rungs
    Race(plan)         ask() / tell(result) / finished / stop(reason) / report()
    RaceCourse(terms)  the same for whoever trains: populations() in the place of ask(); ForeignPlan has such terms
"""
