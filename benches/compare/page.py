"""Makes docs/benchmarks.md, and its picture, from the results."""
def write(found, path):
    pass
