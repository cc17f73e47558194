"""Benchmarks: each compares with a reference measured in the same run, and prints a ratio."""
