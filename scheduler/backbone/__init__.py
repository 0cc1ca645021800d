"""The frozen backbone: EfficientNet-Lite0 read from its published weights, in Keras, to LiteRT."""
