"""The flow fx_rates is whole: it loads, everything that it names is there."""

import unittest

from fx_rates.flow import FLOW
from fx_rates.runtime.actions import Python
from fx_rates.runtime.execute import function
from fx_rates.runtime.plan import Plan


class TestFlow(unittest.TestCase):
    def test_what_is_waited_for_is_there(self):
        self.assertEqual(Plan(FLOW).flow.name, "fx_rates")

    def test_functions_are_there(self):
        for task in FLOW.tasks:
            if isinstance(task.action, Python):
                with self.subTest(task.name):
                    self.assertTrue(callable(function(task.action.function)))


if __name__ == "__main__":
    unittest.main()
