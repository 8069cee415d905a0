"""Programs with a fault and programs without one, a file for each kind: see `cases`."""
