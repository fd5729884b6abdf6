import time


def count_late() -> int:
    time.sleep(0.6)
    return 3
