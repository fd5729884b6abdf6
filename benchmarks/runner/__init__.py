"""What running costs over the tasks themselves: `flowc run` beside what else runs graphs of tasks on one machine."""
