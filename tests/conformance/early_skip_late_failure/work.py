import time


def fail_late() -> None:
    time.sleep(0.6)
    raise RuntimeError("late")
