"""The board and its members: capital, responses, suspension, spring renewal (R10, R14)."""
