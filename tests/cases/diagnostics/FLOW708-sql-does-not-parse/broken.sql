-- Two lines, the second one broken.
SELECT a, b FROM t WHERE (a = 1
