"""The page for a phone: everybody's questions, mail for the human, a box to write."""
