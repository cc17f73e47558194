"""Whom letters go to: subscribers of a unit, and the ledger of every mailing."""
