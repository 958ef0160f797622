"""Public tables of schools and districts: what they say of a place, and who lives there."""
