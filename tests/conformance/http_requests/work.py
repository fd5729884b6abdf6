def header(answer, name: str) -> str:
    return answer["headers"][name]
