"""The flow partner_scores is whole: it loads, everything that it names is there."""

import unittest

from partner_scores.flow import FLOW
from partner_scores.runtime.actions import Python
from partner_scores.runtime.execute import function
from partner_scores.runtime.plan import Plan


class TestFlow(unittest.TestCase):
    def test_what_is_waited_for_is_there(self):
        self.assertEqual(Plan(FLOW).flow.name, "partner_scores")

    def test_functions_are_there(self):
        for task in FLOW.tasks:
            if isinstance(task.action, Python):
                with self.subTest(task.name):
                    self.assertTrue(callable(function(task.action.function)))


if __name__ == "__main__":
    unittest.main()
