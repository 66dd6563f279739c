"""Other ways to keep coins and diamonds, written as well as they can be, to be measured beside ours."""
