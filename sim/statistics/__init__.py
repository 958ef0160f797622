"""Statistics that sweeps, findings and forecasts share: intervals, pooling over design points, the
quantities that runs are compared by.
"""
