"""Many runs: designs, design points and seeds, planned, carried out and read again."""
