"""Training of Dense Prediction Transformers: networks, losses, data, loop, evaluation, export."""
