"""From a release to a model: the only place with torch and transformers (`pyx.trainers`)."""
