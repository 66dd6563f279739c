"""What creators fill in. Rules about money are the operations'; forms turn words into numbers."""
