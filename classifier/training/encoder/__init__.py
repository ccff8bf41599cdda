"""The encoder: tokenizer, masked-language-model pre-training, fine-tuning with heads, export."""

from classifier.extras import require_extra

for _module in ("transformers", "safetensors"):
    require_extra(_module, "training an encoder")
