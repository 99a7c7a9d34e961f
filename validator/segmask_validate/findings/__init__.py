"""Problems to findings: which belong together, why values are undeclared, what the whole archive shows."""
