"""What `make bench` measures in large: modules that print goals beside measures, and end in error
beyond one. Lists and pages: `__main__`, whose parts have `measure(sizes)`; a restore: `restore`.
"""
