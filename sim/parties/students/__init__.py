"""Students of grades 7 and up, who may walk out (R15)."""
