# SPDX-License-Identifier: Apache-2.0
"""Modules of PyTorch, which travel with their models: workers cannot import the tests."""

from __future__ import annotations

import torch


class Pictures(torch.nn.Module):
    """Class scores and an embedding of a picture."""

    def __init__(self):
        super().__init__()
        self.inner = torch.nn.Conv2d(1, 2, 5, stride=4)
        self.outer = torch.nn.Linear(2 * 6 * 6, 3)

    def forward(self, image):
        embedding = torch.relu(self.inner(image.unsqueeze(1)))
        return {"logits": self.outer(embedding.flatten(1)), "embedding": embedding}


class Joined(torch.nn.Module):
    """Takes two tensors and gives two."""

    def forward(self, left, right):
        return left * right.sum(dim=1, keepdim=True), right
