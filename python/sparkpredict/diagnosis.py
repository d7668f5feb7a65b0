# SPDX-License-Identifier: Apache-2.0
"""Why a session does not know PREDICT, which Spark only logs; and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sparkpredict import connect, spark_home
from sparkpredict.errors import ConfigurationError
from sparkpredict.version import __version__

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

EXTENSION = "io.sparkpredict.PredictExtensions"
EXTENSIONS = (
    EXTENSION,
    "com.microsoft.azure.synapse.ml.predict.SynapsePredictExtensions",
    "com.microsoft.azure.synapse.ml.predict.PredictExtension",
)

_RESTART = "Stop the session and start it with sparkpredict.configure(builder).getOrCreate()."


@dataclass(frozen=True)
class Diagnosis:
    """A reason, and the next step."""

    reason: str
    cure: str

    def because(self, further: str) -> Diagnosis:
        """The same with a further reason."""
        return replace(self, reason=f"{self.reason}, {further}")

    def cured_by_an_admin(self) -> Diagnosis:
        """The same for a cluster that lets no Python use its JVM."""
        return replace(
            self,
            cure="This cluster does not let Python use its JVM: ask its admin to add "
            f"spark-predict's jar to spark.jars and {EXTENSION} to spark.sql.extensions.",
        )

    def error(self) -> ConfigurationError:
        """What a caller is told."""
        return ConfigurationError("PREDICT_NOT_CONFIGURED", reason=self.reason, cure=self.cure)


NO_SESSION = Diagnosis("there is no active session", "Start one, or pass spark= to the call.")


def of(session: SparkSession) -> Diagnosis:
    """Of a session that has no PREDICT."""
    if spark_home.release(session.version) < (3, 3):
        return Diagnosis(f"Spark {session.version} is too old", "Use Spark 3.3 or newer.")
    if connect.is_connect(session):
        return _of_server(session)
    return _of_extensions(session)


def of_versions(session: SparkSession, jar: str) -> Diagnosis:
    """Of a session whose jar is not of this package's version."""
    reason = f"its jar is version {jar}, this Python package is {__version__}"
    if not connect.is_connect(session):
        return Diagnosis(reason, "Install the same version on both sides, and restart the session.")
    return Diagnosis(
        f"on the Spark Connect server, {reason}",
        f"Install spark-predict {jar} here, or have {_jar(session)} put on the server, "
        "and the server restarted.",
    )


def _of_server(session: SparkSession) -> Diagnosis:
    found = _of_extensions(session)
    return Diagnosis(
        f"on the Spark Connect server (Spark {session.version}), {found.reason}; "
        f"this Python package is {__version__}",
        f"Have {_jar(session)} added to spark.jars of the server and {EXTENSION} to its "
        "spark.sql.extensions, and the server restarted.",
    )


def _of_extensions(session: SparkSession) -> Diagnosis:
    wanted = str(session.conf.get("spark.sql.extensions", "") or "")
    named = [name.strip() for name in wanted.split(",") if name.strip()]
    if any(name in EXTENSIONS for name in named):
        return Diagnosis(
            "spark.sql.extensions names it, but its jar was not on the driver's class path",
            _RESTART + " On a cluster, put the jar into spark.jars or the jars folder.",
        )
    lookalike = [name for name in named if "predict" in name.lower()]
    if lookalike:
        return Diagnosis(
            f"spark.sql.extensions names {lookalike[0]}, which is not a class of spark-predict",
            f"The class name is {EXTENSION}.",
        )
    return Diagnosis("spark.sql.extensions does not name the extension", _RESTART)


def _jar(session: SparkSession) -> str:
    """The name of our jar that fits a server."""
    return spark_home.jar_name(spark_home.scala(session.version))
