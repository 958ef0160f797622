"""Teachers of the programme: they learn the new work, deliver it, and make up their minds (R6)."""
