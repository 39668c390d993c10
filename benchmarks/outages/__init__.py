"""A show under fire: honest viewers who note what they get, parts that are killed, and the judge.

Not here: how often and how long (benchmarks/gaps.py measures, tests/faults checks).
"""
