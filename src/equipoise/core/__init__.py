"""The ground floor: problems, canonical bytes, results, the ledger and suppression."""
