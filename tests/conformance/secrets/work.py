import os


def uses_secret() -> int:
    print("the password is", os.environ["PASSWORD"])
    return len(os.environ["PASSWORD"])


def raises() -> None:
    password = os.environ["PASSWORD"]
    raise PermissionError(f"cannot log in with {password}")


def gives() -> dict[str, list[str]]:
    return {"passwords": ["none", os.environ["PASSWORD"]]}


def logs_in(api: dict[str, str]) -> int:
    print("the token is", api["token"])
    return len(api["token"])


def hands_on(api: dict[str, str]) -> str:
    return "Bearer " + api["token"]
