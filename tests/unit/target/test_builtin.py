"""Our own targets answer for everything, and disregard nothing that is not there."""

import pytest

import flowc_targets
from flowc.ir.features import Feature
from flowc.target.contract import Emulated, Refused, Weaker
from flowc.target.ledger import attributes
from flowc.target.registry import target

NAMES = flowc_targets.BUILTIN


@pytest.mark.parametrize("name", NAMES)
def test_a_target_answers_for_every_feature(name: str) -> None:
    found = target(name)
    assert found.name == name
    assert found.missing() == ()
    assert set(found.capabilities) == set(Feature)


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_that_is_not_native_says_more(name: str) -> None:
    for feature, answer in target(name).capabilities.items():
        match answer:
            case Emulated(by=text) | Weaker(but=text):
                assert text, feature
            case Refused(because=because, instead=instead):
                assert because and instead, feature
            case _:
                pass


@pytest.mark.parametrize("name", NAMES)
def test_what_is_disregarded_exists_and_has_a_reason(name: str) -> None:
    disregards = target(name).disregards
    assert set(disregards) <= set(attributes())
    assert all(disregards.values())
