"""What the stack does in how much time, each figure beside its baseline from the same run."""
