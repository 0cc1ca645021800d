"""The recipe `transfer`: a head on the features of the frozen backbone."""
