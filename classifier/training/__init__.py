"""Model building: from postings and labels to the model folder. Needs the extra `train`."""
