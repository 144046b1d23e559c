"""Scripts that make committed files: exhaustive training runs, and weights fitted to comparisons and precedents."""
