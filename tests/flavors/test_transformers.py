# SPDX-License-Identifier: Apache-2.0
"""A pipeline of Transformers, of a small model with random weights."""

from __future__ import annotations

import mlflow
import torch
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    PreTrainedTokenizerFast,
    pipeline,
)

from scores import assert_same_scores

UNKNOWN, PADDING = "[UNK]", "[PAD]"
TEXTS = ["good day", "bad day", "day", "good good bad"]


def classifier():
    torch.manual_seed(4)
    words = {UNKNOWN: 0, PADDING: 1, "good": 2, "bad": 3, "day": 4}
    tokenizer = Tokenizer(WordLevel(words, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = Whitespace()
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        id2label={0: "dull", 1: "bright"},
        label2id={"dull": 0, "bright": 1},
    )
    return pipeline(
        "text-classification",
        model=BertForSequenceClassification(config).eval(),
        tokenizer=PreTrainedTokenizerFast(
            tokenizer_object=tokenizer, unk_token=UNKNOWN, pad_token=PADDING
        ),
        device="cpu",
    )


def test_texts_get_a_label_and_its_score(spark, bind, tmp_path):
    classify = classifier()
    mlflow.transformers.save_model(
        classify,
        str(tmp_path / "model"),
        signature=ModelSignature(
            Schema([ColSpec(DataType.string, "text")]),
            Schema([ColSpec(DataType.string, "label"), ColSpec(DataType.double, "score")]),
        ),
        pip_requirements=["mlflow", "transformers", "torch"],
    )
    expected = [(found["label"], found["score"]) for found in classify(TEXTS)]
    data = spark.createDataFrame([(text,) for text in TEXTS], "text STRING").coalesce(1)
    assert_same_scores(bind(tmp_path / "model", None), data, expected, within=1e-5)
    model = bind(tmp_path / "model", "STRING", "labels", output="label")
    assert_same_scores(model, data, [label for label, _ in expected])
