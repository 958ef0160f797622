"""The vendor: the product with its defects and outages, and the money that pays for it."""
