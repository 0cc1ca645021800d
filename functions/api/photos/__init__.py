"""Photos: listed, read, waited for, labelled and deleted by the members of their collection."""
