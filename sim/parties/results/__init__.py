"""Published results: what the tests say of learning, to families and to the board (R11)."""
