"""The flow sales_daily is whole: it loads, everything that it names is there."""

import unittest

from sales_daily.flow import FLOW
from sales_daily.runtime.actions import Python
from sales_daily.runtime.execute import function
from sales_daily.runtime.plan import Plan


class TestFlow(unittest.TestCase):
    def test_what_is_waited_for_is_there(self):
        self.assertEqual(Plan(FLOW).flow.name, "sales_daily")

    def test_functions_are_there(self):
        for task in FLOW.tasks:
            if isinstance(task.action, Python):
                with self.subTest(task.name):
                    self.assertTrue(callable(function(task.action.function)))


if __name__ == "__main__":
    unittest.main()
