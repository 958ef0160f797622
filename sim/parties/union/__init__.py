"""The teachers' union: it follows its members from quiet to concern, grievance and action (R7)."""
