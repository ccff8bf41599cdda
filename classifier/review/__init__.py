"""What is worth a person's time: postings picked for review, and the answers brought back as labels."""
