import enum


class Colour(enum.Enum):
    RED = "red"
    GREEN = "green"


def give(text):
    return eval(text)


def member():
    return Colour.GREEN
