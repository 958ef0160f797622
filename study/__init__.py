"""Scripts that made what the package ships, and what the documents say of it; see ``README.md``."""
