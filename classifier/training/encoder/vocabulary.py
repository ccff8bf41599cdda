"""The tokenizer: byte-pair encoding over runs of Han characters, digits one by one, Latin words by themselves."""

from collections.abc import Iterable
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from classifier.training.encoder_config import TokenizerConfig

PADDING, UNKNOWN, FIRST, SEPARATOR, MASK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"
SPECIAL = [PADDING, UNKNOWN, FIRST, SEPARATOR, MASK]
"""In the order of their ids, from 0."""

# A token never crosses the edge of one of these: a run of Han, a Latin word with the signs of C++ and C#, other
# letters, a digit, any other sign.
_RUNS = r"\p{Han}+|[a-z]+[+#]*|\p{L}+|\p{N}|[^\s\p{L}\p{N}]"


def train_tokenizer(texts: Iterable[str], settings: TokenizerConfig, length: int, folder: Path) -> None:
    """Learn a tokenizer and write it as a Hugging Face folder.

    Args:
        texts: what to learn it from.
        settings: its size.
        length: tokens that the encoder reads at most.
        folder: where to write it.
    """
    tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(Regex(_RUNS), "isolated")]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=settings.vocabulary,
        limit_alphabet=settings.alphabet,
        max_token_length=settings.longest,
        special_tokens=SPECIAL,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # transformers leaves it unannotated
        tokenizer_object=tokenizer,
        model_max_length=length,
        pad_token=PADDING,
        unk_token=UNKNOWN,
        cls_token=FIRST,
        sep_token=SEPARATOR,
        mask_token=MASK,
    )
    fast.save_pretrained(folder)
