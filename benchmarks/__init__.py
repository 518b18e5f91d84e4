"""Figures of the product, each beside a baseline that is measured in the same run on the same machine.

A benchmark is a module with a `BENCHMARK`: its question, its load, its baseline, and `run`, which warms up, measures and
returns cases. `python -m benchmarks` runs them and writes `benchmarks/results/`. Not part of the tests.
"""
