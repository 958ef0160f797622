"""Who pays: the cost, outside money and its end, the accounts of what lives by enrolment (R12)."""
