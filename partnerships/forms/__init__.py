"""What people fill in. Rules are the operations'; forms turn words into numbers."""
