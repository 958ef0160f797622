"""What a party's folder is made into: fields, variables, random streams, rules, and the compiled
run.
"""
