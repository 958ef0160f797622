"""What findings share: what a finding is and where it is found, the evidence, the codebook."""
