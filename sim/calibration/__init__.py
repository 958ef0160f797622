"""The record as data and what was learned from it, as shipped; forecasts of a case. The scripts
that made what is shipped are in ``study/``, which is no part of the package.
"""
