"""A shop under fire: buyers who note each answer, parts that are killed, and the judge.

Not here: how often and how long (benchmarks/kill.py measures, tests/faults checks).
"""
