"""The contract over our own channels with a network: one good conversation each, as their service answers.

The tests inherit these suites, and `loa plugins check` runs them. A channel of somebody else's carries its suite in its
own package (`suite.Suite`).
"""
