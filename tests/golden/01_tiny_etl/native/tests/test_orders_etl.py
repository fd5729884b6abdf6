"""The flow orders_etl is whole: it loads, everything that it names is there."""

import unittest

from orders_etl.flow import FLOW
from orders_etl.runtime.actions import Python
from orders_etl.runtime.execute import function
from orders_etl.runtime.plan import Plan


class TestFlow(unittest.TestCase):
    def test_what_is_waited_for_is_there(self):
        self.assertEqual(Plan(FLOW).flow.name, "orders_etl")

    def test_functions_are_there(self):
        for task in FLOW.tasks:
            if isinstance(task.action, Python):
                with self.subTest(task.name):
                    self.assertTrue(callable(function(task.action.function)))


if __name__ == "__main__":
    unittest.main()
