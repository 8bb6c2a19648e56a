"""Templates of the dataset and model cards (`pyx.cards`)."""
