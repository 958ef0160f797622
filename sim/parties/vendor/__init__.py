"""The vendor: the product with its defects and faults, and the money that pays for it."""
