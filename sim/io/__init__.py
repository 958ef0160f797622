"""Reading what others wrote, writing files whole, where results come from, and errors that a user
can mend.
"""
