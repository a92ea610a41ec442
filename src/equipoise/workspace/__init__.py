"""The workspace: the only writer of a trial folder and of its ledger."""
