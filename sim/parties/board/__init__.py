"""The board with its superintendent: capital, and the ladder from repair to cancellation (R10)."""
