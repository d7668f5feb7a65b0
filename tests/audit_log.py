# SPDX-License-Identifier: Apache-2.0
"""The audit's lines of a classic session, without waiting: its log is a list here."""

from __future__ import annotations

import json
from contextlib import contextmanager

LOGGER = "io.sparkpredict.Audit"


@contextmanager
def lines(spark):
    """A function that gives the lines so far, as what their JSON says."""
    jvm, context = spark.sparkContext._jvm, spark.sparkContext._jsc.sc()
    logging = jvm.org.apache.logging.log4j
    written = jvm.java.io.StringWriter()
    layout = logging.core.layout.PatternLayout.newBuilder().withPattern("%m%n").build()
    appender = logging.core.appender.WriterAppender.createAppender(
        layout, None, written, "audit of a test", False, True
    )
    appender.start()
    logger = logging.LogManager.getLogger(LOGGER)
    before = logger.getLevel()
    logging.core.config.Configurator.setLevel(LOGGER, logging.Level.INFO)
    logger.addAppender(appender)

    def told():
        context.listenerBus().waitUntilEmpty()
        return [
            json.loads(line.partition("PREDICT scores: ")[2])
            for line in str(written.toString()).splitlines()
        ]

    try:
        yield told
    finally:
        logger.removeAppender(appender)
        logging.core.config.Configurator.setLevel(LOGGER, before)
