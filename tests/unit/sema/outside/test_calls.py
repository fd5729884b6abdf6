"""Whether a call fits a signature; Python itself is the judge."""

from __future__ import annotations

from types import FunctionType

from hypothesis import given
from hypothesis import strategies as st

from flowc.sema.outside.calls import CallProblem, Missing, TooMany, Twice, Unknown, bind_call, check_call
from flowc.sema.outside.signatures import Parameter, ParameterKind, PythonFunction


def make(*parameters: Parameter) -> PythonFunction:
    return PythonFunction("m", "f", parameters)


A, B = Parameter("a", "positional"), Parameter("b", "positional", has_default=True)
ONLY = Parameter("only", "positional_only")
REST, MORE = Parameter("rest", "var_positional", has_default=True), Parameter("more", "var_keyword", has_default=True)
KEY = Parameter("key", "keyword")


def check(function: PythonFunction, positional: int, *keywords: str) -> tuple[CallProblem, ...]:
    return check_call(function, positional, keywords)


def test_each_problem_has_its_own_shape() -> None:
    assert check(make(A, B), 3) == (TooMany(2, 2),)
    assert check(make(A, B), 1, "a") == (Twice("a"),)
    assert check(make(A, KEY), 1, "kye", "key") == (Unknown("kye", "key"),)
    assert check(make(ONLY), 0, "only") == (Unknown("only", None, is_positional_only=True), Missing(("only",)))
    assert check(make(A, KEY), 0) == (Missing(("a", "key")),)
    assert check(make(A, REST, KEY, MORE), 5, "key", "anything") == ()


def test_an_unknown_signature_takes_everything() -> None:
    assert check_call(PythonFunction("m", "f", has_known_signature=False), 9, ["x"]) == ()


def test_arguments_meet_their_parameters() -> None:
    bound = bind_call(make(A, REST, KEY, MORE), 3, ["key", "other"])
    assert bound.positional == (A, REST, REST)
    assert bound.keywords == (KEY, MORE)
    assert bind_call(make(A), 2, ["z"]).positional == (A, None)
    assert bind_call(make(A), 2, ["z"]).keywords == (None,)


NAMES = st.sampled_from(["a", "b", "c", "d"])


@st.composite
def functions(draw: st.DrawFn) -> PythonFunction:
    order: list[ParameterKind] = ["positional_only", "positional", "keyword"]
    picked = draw(st.lists(st.sampled_from(range(3)), max_size=4))
    kinds: list[ParameterKind] = [order[index] for index in sorted(picked)]
    parameters: list[Parameter] = []
    for name, kind in zip("abcd", kinds, strict=False):
        follows_default = kind != "keyword" and any(p.has_default for p in parameters)
        parameters.append(Parameter(name, kind, None, draw(st.booleans()) or follows_default))
    plain = [p for p in parameters if p.kind != "keyword"]
    rest = [REST] if draw(st.booleans()) else []
    more = [MORE] if draw(st.booleans()) else []
    return make(*plain, *rest, *parameters[len(plain) :], *more)


def as_python(function: PythonFunction) -> FunctionType:
    text: list[str] = []
    previous = ""
    for parameter in function.parameters:
        if previous == "positional_only" != parameter.kind:
            text.append("/")
        if parameter.kind == "keyword" and previous not in ("keyword", "var_positional"):
            text.append("*")
        stars = {"var_positional": "*", "var_keyword": "**"}.get(parameter.kind, "")
        is_optional = parameter.has_default and not stars
        text.append(f"{stars}{parameter.name}" + ("=0" if is_optional else ""))
        previous = parameter.kind
    if previous == "positional_only":
        text.append("/")
    return eval(f"lambda {', '.join(text)}: 0")


@given(functions(), st.integers(0, 5), st.lists(NAMES, unique=True))
def test_it_judges_as_python_does(function: PythonFunction, positional: int, keywords: list[str]) -> None:
    try:
        as_python(function)(*range(positional), **dict.fromkeys(keywords))
        is_fine = True
    except TypeError:
        is_fine = False
    assert (check_call(function, positional, keywords) == ()) == is_fine
