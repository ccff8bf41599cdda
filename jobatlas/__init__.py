"""The command line, the configuration, and the run that joins the parts."""
