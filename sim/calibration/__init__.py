"""What the parameters are worth: the record as data, a posterior from it and its checks, forecasts,
and what the claims and mechanisms come to.
"""
