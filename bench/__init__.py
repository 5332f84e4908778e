"""Benchmarks: each prints a table of ratios against a raw baseline measured in the same run."""
