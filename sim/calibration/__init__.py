"""How the defaults were set: documented patterns, and a coarse search over the inputs nobody has
measured.
"""
