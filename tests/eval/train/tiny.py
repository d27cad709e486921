"""A base model of two small layers, and a tokenizer that has a token for every character."""

from __future__ import annotations

import torch
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from eval.train.base import recompute

CHARACTERS = "abcdefghijklmnopqrstuvwxyz:0123456789山水城乡春夏秋冬东西南北河海湖江林田路桥车船在哪里第区不年多少亿元"


def tiny_bert(recomputed: bool = False) -> BertModel:
    """The same weights on every call."""
    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=len(CHARACTERS) + 5,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=1,
    )
    bert = BertModel(config, add_pooling_layer=False)
    if recomputed:
        recompute(bert)
    bert.train(False)
    return bert


def tiny_tokenizer() -> Tokenizer:
    """Pieces and special tokens as in the base's tokenizer, one character each."""
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -9.0), ("▁", -2.0)]
    tokenizer = Tokenizer(models.Unigram([*pieces, *((char, -3.0) for char in CHARACTERS)], unk_id=3))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token, _ in pieces[:4]])
    return tokenizer
