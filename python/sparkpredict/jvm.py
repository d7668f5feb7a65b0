# SPDX-License-Identifier: Apache-2.0
"""The one module that touches py4j."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

from sparkpredict.sources.download import OneByOne
from sparkpredict.sources.listing import ModelFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pyspark.sql import Column, SparkSession

_ATTACHMENT = "io.sparkpredict.PredictAttachment"
_ENDED = "io.sparkpredict.EndedBinding"


def scala_version(spark: SparkSession) -> str:
    """The Scala line of the JVM that runs, such as ``2.12``."""
    version = spark.sparkContext._jvm.scala.util.Properties.versionNumberString()  # type: ignore[union-attr]
    return ".".join(str(version).split(".")[:2])


def attach(spark: SparkSession, jar: Path) -> None:
    """Adds PREDICT to a session that runs without it.

    The jar goes to Spark's own loader of added jars, which py4j's ``jvm.package.Class`` does not
    see; that loader is asked by reflection.
    """
    session: Any = spark._jsparkSession
    session.sessionState().resourceLoader().addJar(str(jar))
    _instance(spark, _ATTACHMENT).attach(session)


def end_binding(spark: SparkSession, artifact: str) -> None:
    """Closes what the driver's JVM has open for a model that an alias was taken from."""
    try:
        _instance(spark, _ENDED).end(artifact)
    except Exception as error:
        # it is closed a while later then
        if not is_forbidden(error):
            raise


def _instance(spark: SparkSession, name: str) -> Any:
    """An instance of one of our classes, wherever the jar came from."""
    session: Any = spark._jsparkSession
    context: Any = spark.sparkContext
    loaded = session.sharedState().jarClassLoader().loadClass(name)
    none = context._gateway.new_array(context._jvm.java.lang.Class, 0)
    nothing = context._gateway.new_array(context._jvm.java.lang.Object, 0)
    return loaded.getDeclaredConstructor(none).newInstance(nothing)


def has_resource(spark: SparkSession, name: str) -> bool:
    """Whether a file is on the class path, wherever its jar came from."""
    session: Any = spark._jsparkSession
    return session.sharedState().jarClassLoader().getResource(name) is not None


def send_packages(spark: SparkSession) -> None:
    """Sends the jars of ``spark.jars.packages`` to the executors.

    spark-submit lists them in ``spark.jars`` behind the others. PySpark then sets the builder's own
    ``spark.jars``, and of all that are not in it only the driver has the classes.
    """
    context: Any = spark.sparkContext
    resolved = str(context._jvm.java.lang.System.getProperty("spark.jars", ""))
    sent = {_file_name(url) for url in str(context._jsc.sc().listJars().mkString(",")).split(",")}
    for jar in filter(None, resolved.split(",")):
        if _file_name(jar) not in sent:
            context._jsc.addJar(jar)


def _file_name(url: str) -> str:
    return url.rpartition("/")[2]


def cause(error: Exception) -> str:
    """The first line of what the JVM said, where the error comes from there."""
    thrown = getattr(error, "java_exception", None)
    told = str(thrown.toString()) if thrown is not None else str(error)
    return told.strip().partition("\n")[0]


def is_sent(error: Exception) -> bool:
    """Whether Spark has a file of that name, which stands for its content, from another place.

    The JVM itself sends the models of a models file.
    """
    return "already registered with a different path" in str(error)


def is_forbidden(error: Exception) -> bool:
    """Whether a cluster does not let Python use its JVM: some let py4j call listed methods only."""
    return "py4j.security" in str(error)


def call_function(spark: SparkSession, name: str, *arguments: Column) -> Column:
    """A call of a registered function as a Column.

    ``pyspark.sql.functions.call_function`` where it exists (3.5 and later), else the JVM's callUDF.
    """
    from pyspark.sql import functions

    if hasattr(functions, "call_function"):
        return functions.call_function(name, *arguments)
    from pyspark.sql.column import Column as ClassicColumn
    from pyspark.sql.column import _to_seq

    context: Any = spark.sparkContext
    sequence = _to_seq(context, [column._jc for column in arguments])
    return ClassicColumn(context._jvm.org.apache.spark.sql.functions.callUDF(name, sequence))


def hadoop_configuration(spark: SparkSession) -> Any:
    """Hadoop's configuration as the session's readers see it now; ``get(key)`` may be None."""
    return spark._jsparkSession.sessionState().newHadoopConf()


def hadoop_folder(spark: SparkSession, uri: str) -> HadoopFolder | None:
    """A folder as Hadoop's client reads it; None where it has no file system for the scheme."""
    hadoop: Any = spark.sparkContext._jvm.org.apache.hadoop.fs  # type: ignore[union-attr]
    path, settings = hadoop.Path(uri), hadoop_configuration(spark)
    kind = path.toUri().getScheme()
    try:
        hadoop.FileSystem.getFileSystemClass(kind, settings)
    except Exception as error:
        if is_forbidden(error):
            raise
        return None
    return HadoopFolder(hadoop, path, settings)


class HadoopFolder(OneByOne):
    """A folder of a Hadoop file system, as ``sparkpredict.sources.download.Store`` has it."""

    def __init__(self, hadoop: Any, path: Any, settings: Any) -> None:
        self._hadoop = hadoop
        self._settings = settings
        self._path = path
        self.address = str(path.toString()).rstrip("/")
        self.host = str(path.toUri().getAuthority() or path.toUri().getScheme())

    def files(self) -> Iterator[ModelFile]:
        """The files below the folder; their version is the ETag, else when they were written.

        Raises:
            OSError: the client fails.
        """
        try:
            listed = self._files().listFiles(self._path, True)  # noqa: FBT003 (recursive)
            root = str(self._path.toUri().getPath()).rstrip("/") + "/"
            while listed.hasNext():
                found = listed.next()
                name = str(found.getPath().toUri().getPath())
                if name.startswith(root):
                    version = f"{_etag(found)} {found.getModificationTime()}"
                    yield ModelFile(name[len(root) :], int(found.getLen()), version)
        except Exception as error:
            raise _of_hadoop(error) from error

    def _copy(self, file: ModelFile, target: Path, arrived: Callable[[int], object]) -> None:
        source, copy = self._hadoop.Path(self._path, file.path), self._hadoop.Path(str(target))
        remove, without_checksums = False, True
        try:
            self._files().copyToLocalFile(remove, source, copy, without_checksums)
        except Exception as error:
            raise _of_hadoop(error) from error
        arrived(target.stat().st_size)

    def _files(self) -> Any:
        return self._path.getFileSystem(self._settings)


def _etag(status: Any) -> str:
    """Object stores tell one; other file systems' answer has no such method."""
    from py4j.protocol import Py4JError

    try:
        return str(status.getEtag())
    except Py4JError:
        return ""


def _of_hadoop(error: Exception) -> OSError:
    """What the client threw, as Python's error of the kind."""
    told = cause(error)
    name = told.partition(":")[0].rpartition(".")[2]
    kinds = {"FileNotFoundException": FileNotFoundError, "AccessControlException": PermissionError}
    if "No space left on device" in told:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return kinds.get(name, OSError)(told)
