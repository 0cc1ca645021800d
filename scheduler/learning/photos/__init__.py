"""The labelled photos of a collection, as a data set with sides, features and variants."""
