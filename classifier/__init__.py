"""Text to labels: training, evaluation and bulk inference with ONNX Runtime."""
