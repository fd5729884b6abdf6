NAMES = [
    "'; DROP TABLE names; --",
    "O'Brien",
    "?; :name %s {} #{x}",
    "\\'; --",
    'say "hi"',
    "nul? no: é😀\n",
    "",
]


def names() -> list[str]:
    return NAMES


def is_same(names: list[str], found: list[str]) -> bool:
    return names == found
