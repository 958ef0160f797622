"""A parent-teacher association: a party of one's own, of the same shape as those in sim/parties."""
