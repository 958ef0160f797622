"""The principal and the superintendent, who sponsor, leave, and are followed by others (R13)."""
