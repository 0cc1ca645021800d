"""The smallest models of each kind that Keras makes, each built once: TensorFlow is slow."""

from functools import cache


@cache
def whole_model(side: int = 16) -> bytes:
    """LiteRT: a picture that is more red than blue is the first of two classes."""
    import keras
    import numpy as np
    from keras import layers

    from scheduler.backbone.lite import lite

    pixels = keras.Input((side, side, 3), name="pixels")
    colour = layers.GlobalAveragePooling2D()(layers.Rescaling(1 / 255)(pixels))
    classify = layers.Dense(2, activation="softmax", name="classify")
    model = keras.Model(pixels, {"probabilities": classify(colour)})
    towards = np.array([[20.0, -20.0], [0.0, 0.0], [-20.0, 20.0]], np.float32)
    classify.set_weights([towards, np.zeros(2, np.float32)])
    return lite(model)


@cache
def head_with_distance() -> bytes:
    """LiteRT: two classes, of which the first is always said, at a distance of the feature sum."""
    import keras
    import numpy as np
    from keras import layers

    from scheduler.backbone.lite import lite

    features = keras.Input((1280,), name="features")
    classify = layers.Dense(2, activation="softmax", name="classify")
    project = layers.Dense(256, name="project")
    total = layers.Dense(1, use_bias=False, kernel_initializer="ones", name="total")
    outputs = {
        "probabilities": classify(features),
        "fingerprint": layers.UnitNormalization()(project(features)),
        "distance": total(features),
    }
    model = keras.Model(features, outputs)
    classify.set_weights([np.zeros((1280, 2), np.float32), np.array([5.0, 0.0], np.float32)])
    return lite(model)
