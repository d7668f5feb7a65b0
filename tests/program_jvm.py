# SPDX-License-Identifier: Apache-2.0
"""Scores by a plan in the JVM: the kernels as a task has them, without a query."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from py4j.java_gateway import get_field
from pyspark.sql import SparkSession

from sparkpredict.compile.plan import ModelPlan


class Program:
    """A plan made into a program that answers with some of its columns.

    Args:
        spark: a classic session, in whose JVM it runs.
        plan: the plan; it crosses as bytes.
        columns: the plan's columns to answer with.
    """

    def __init__(self, spark: SparkSession, plan: ModelPlan, columns: Sequence[int]) -> None:
        self.plan = plan
        self.columns = list(columns)
        self._jvm: Any = spark.sparkContext._jvm
        compiled = self._jvm.io.sparkpredict.engine.compiled
        read = compiled.PlanFile.read(bytearray(plan.to_bytes()))
        self.program = compiled.ProgramBuilder.build(
            read, self._jvm.PythonUtils.toSeq(self.columns)
        )

    def answers(self, columns: Sequence[Any], rows: int | None = None) -> tuple[Any, Any]:
        """Scores rows in blocks.

        Args:
            columns: one array of doubles, or of texts and None, for each input of the plan.
            rows: how many a block holds; as many as the program wants if not given.

        Returns:
            Doubles of shape (rows, answered columns), and which rows are bad.
        """
        count = len(columns[0])
        size = rows or self.program.blockRows()
        block = self.program.block(size)
        answers, bad = np.empty((count, len(self.columns))), np.zeros(count, dtype=bool)
        for start in range(0, count, size):
            stop = min(start + size, count)
            for at, values in enumerate(columns):
                self._fill(block, at, values[start:stop])
            block.setRows(stop - start)
            self.program.run(block)
            for at in range(len(self.columns)):
                answers[start:stop, at] = self._numbers(
                    self.program.output(block, at), stop - start
                )
            if block.isFlawed():
                bad[start:stop] = np.frombuffer(bytes(block.bad()), dtype=np.uint8) != 0
        return answers, bad

    def _fill(self, block: Any, at: int, values: Any) -> None:
        slot = self.program.inputSlot(at)
        if slot < 0:
            return
        if self.program.isText(at):
            dictionary = self.program.dictionary()
            places = {text: self._place(dictionary, text) for text in set(values)}
            codes = struct.pack(f">{len(values)}i", *(places[text] for text in values))
            self._buffer(codes).asIntBuffer().get(get_field(block, "texts")[slot], 0, len(values))
        else:
            numbers = np.asarray(values, dtype=">f8").tobytes()
            target = get_field(block, "numbers")[slot]
            self._buffer(numbers).asDoubleBuffer().get(target, 0, len(values))

    def _place(self, dictionary: Any, text: str | None) -> int:
        if text is None:
            return int(dictionary.place(None))
        data = text.encode()
        found = int(dictionary.place(bytearray(data), 0, len(data)))
        assert found == dictionary.place(text), text
        return found

    def _buffer(self, data: bytes) -> Any:
        return self._jvm.java.nio.ByteBuffer.wrap(bytearray(data))

    def _numbers(self, array: Any, count: int) -> Any:
        buffer = self._jvm.java.nio.ByteBuffer.allocate(8 * count)
        buffer.asDoubleBuffer().put(array, 0, count)
        return np.frombuffer(bytes(buffer.array()), dtype=">f8")


def has_wide_registers():
    """Whether this processor has registers of four doubles, as far as that can be read."""
    processor = Path("/proc/cpuinfo")
    return processor.exists() and "avx2" in processor.read_text()
