"""The course chart: VEGF, M-protein, nerve scores and marks over one time axis, therapy behind."""
