def rows():
    return [{"name": "it's", "n": 1}, {"name": 'a "b"', "n": 2}]


def lines(file) -> list[str]:
    return file.read_text().splitlines()
