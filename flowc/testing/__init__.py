"""The `test` blocks of flows, run on the native runner with its own decisions; no task does anything, no time passes.

for report in run_tests(tests_of(compilation)):
    print(report.test.title, report.outcome)
"""
