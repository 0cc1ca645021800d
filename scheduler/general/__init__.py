"""The built-in head: ImageNet's thousand names and a fingerprint, for every collection at first."""
