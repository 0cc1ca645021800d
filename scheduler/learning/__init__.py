"""Learning from labels: the data set, the recipes, the judging, the gate."""
