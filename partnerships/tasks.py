"""Each task looks for rows that wait and does one operation on each: a lost message costs time alone."""
