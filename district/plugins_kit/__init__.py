"""What somebody needs who writes a channel: a project to begin with, the contract as a report, services to try it with.

Names for others: `commands` (the command line), `project.write`, `checking.check`.
"""
