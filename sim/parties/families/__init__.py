"""Families: they judge the programme, live with it, listen, speak, leave and apply (R1 to R5)."""
