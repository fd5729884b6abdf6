def spoils():
    return "no number"
