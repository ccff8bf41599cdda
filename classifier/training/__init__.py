"""Model building: from postings and labels to the model folder. Needs the extra `train`."""

from classifier.extras import require_extra

for _module in ("torch", "scipy", "onnx"):
    require_extra(_module, "training a model")
