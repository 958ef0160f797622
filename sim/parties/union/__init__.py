"""The teachers' union: it presses for its unhappy members (R7)."""
