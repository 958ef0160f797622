"""The regulator: it reviews compliance, serves notices, and stops a
programme after several (R8).
"""
