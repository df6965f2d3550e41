"""The parts of import_features.py: readers of saved features, and a writer of stores."""
