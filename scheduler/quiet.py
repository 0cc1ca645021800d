"""Keeps TensorFlow's report of its own start out of what people read."""

import logging
import os


def quiet_tensorflow() -> None:
    """Errors only from now on; to be called before TensorFlow is imported."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    for name in ("absl", "tensorflow"):
        logging.getLogger(name).setLevel(logging.ERROR)
