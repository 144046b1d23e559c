"""The probe: small trainings that back an answer.

measure() -> Calibration                       how fast this machine trains
plan_probe(request, situations, ...)           -> ProbePlan: data, races and budget, as plain data
quote(plan)                                    what it will cost
ProbeRun(plan): ask() / tell(result) / report()
run_inline(run, data), run_processes(run, data)
probe_evidence(report)                         what the probe says about each candidate, in points
"""
