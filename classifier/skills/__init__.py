"""Which of the places that may name a skill ask for it: a small learnt reader of their context."""
