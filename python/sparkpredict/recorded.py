# SPDX-License-Identifier: Apache-2.0
"""A driver without Python, as far as binding needs a session: what is written goes back to it.

The driver starts this process, says on its standard input what to bind, and answers questions
there: what Hadoop's client reads, which type a DDL text is, what is on the class path.
"""

from __future__ import annotations

import base64
import json
import platform
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

from sparkpredict import conf
from sparkpredict.sources.download import OneByOne
from sparkpredict.sources.listing import ModelFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyspark.sql import SparkSession

_KINDS = {"FileNotFoundException": FileNotFoundError, "AccessControlException": PermissionError}


class Driver:
    """The process that started this one, one line of JSON for each question and each answer."""

    def __init__(self, answers: TextIO, questions: TextIO) -> None:
        self._answers = answers
        self._questions = questions
        self._turn = threading.Lock()

    def read(self) -> dict[str, Any]:
        """The next line.

        Raises:
            EOFError: the driver has gone.
        """
        line = self._answers.readline()
        if not line:
            raise EOFError("the driver has gone")
        return dict(json.loads(line))

    def write(self, told: dict[str, Any]) -> None:
        """Sends a line."""
        self._questions.write(json.dumps(told) + "\n")
        self._questions.flush()

    def ask(self, question: str, **given: Any) -> Any:
        """What the driver answers.

        Raises:
            OSError: it cannot; the error is what its exception says.
        """
        with self._turn:
            self.write({"ask": question, **given})
            told = self.read()
        if "failed" in told:
            raise _KINDS.get(told["kind"], OSError)(told["failed"])
        return told["answer"]


class RecordedSession:
    """Stands for a session of a driver; the twin on the other side is ``PythonBinder``.

    Attributes:
        conf: its configuration, as it was when the application started; ``set`` writes down.
        udf: writes down what is registered.
        version: of the driver's Spark.
        installation: what the driver's PREDICT says of itself.
        rows: a sum of the rows that the workers of this binding score; the driver reads it.
        bad_rows: likewise of the bad ones.
    """

    def __init__(self, driver: Driver, job: dict[str, Any]) -> None:
        self.conf = _Conf(job["conf"])
        self.udf = _Functions()
        self.version = str(job["spark"])
        self.installation: dict[str, Any] = job["installation"]
        self.rows, self.bad_rows = _sums()
        self._driver = driver
        self._folder = Path(job["folder"])
        self._files: list[str] = []
        self._zips: list[str] = []

    def add_file(self, path: Path) -> None:
        """Keeps a file for the executors where the driver finds it after this process."""
        self._keep(path)
        self._files.append(path.name)

    def add_python_zip(self, path: Path) -> None:
        """Keeps a zip likewise, which goes on the module path of the workers."""
        self.add_file(path)
        self._zips.append(path.name)

    def _keep(self, path: Path) -> None:
        target = self._folder / path.name
        try:
            target.hardlink_to(path)
        except (AttributeError, OSError):  # Python 3.9, or another file system
            shutil.copyfile(path, target)

    def data_type(self, ddl: str) -> Any:
        """The type of a DDL text."""
        from pyspark.sql import types as t

        told = {"name": "it", "type": self._driver.ask("type", ddl=ddl), "nullable": True}
        return t.StructField.fromJson({**told, "metadata": {}}).dataType

    def has_resource(self, name: str) -> bool:
        """Whether the driver's class path has a file of that name."""
        return bool(self._driver.ask("resource", name=name))

    def hadoop_setting(self, key: str) -> str | None:
        """The value of a key of Hadoop's configuration."""
        value: str | None = self._driver.ask("hadoop", key=key)
        return value

    def hadoop_folder(self, uri: str) -> AskedFolder | None:
        """A folder as Hadoop's client in the driver reads it; None where it has none for it."""
        told = self._driver.ask("folder", uri=uri)
        return AskedFolder(self._driver, **told) if told else None

    def written(self, alias: str) -> dict[str, Any]:
        """All that the driver needs to bind the alias in its sessions."""
        pointer = self.conf.get(f"{conf.BINDING}{alias.encode().hex()}")
        carrier = self.udf.registered[json.loads(pointer)["carrier"]]
        return {
            "pointer": pointer,
            "files": self._files,
            "zips": self._zips,
            "python": ".".join(platform.python_version_tuple()[:2]),
            "carrier": carrier,
        }


def _sums() -> tuple[Any, Any]:
    """Accumulators, which the driver tells apart by their first arguments."""
    from pyspark.accumulators import Accumulator, AddingAccumulatorParam

    param = AddingAccumulatorParam(0)  # type: ignore[type-var]
    return Accumulator(0, 0, param), Accumulator(1, 0, param)


class _Conf:
    def __init__(self, values: dict[str, str]) -> None:
        self._values = dict(values)

    def get(self, key: str, default: Any = None) -> Any:
        return self._values.get(key, default)

    def set(self, key: str, value: str) -> None:
        self._values[key] = value

    def unset(self, key: str) -> None:
        self._values.pop(key, None)


class _Functions:
    def __init__(self) -> None:
        self.registered: dict[str, dict[str, Any]] = {}

    def register(self, name: str, function: Any) -> None:
        """Writes a pandas UDF down in the form in which Spark's own ``register`` sends it."""
        from pyspark.serializers import CloudPickleSerializer

        serializer: Any = CloudPickleSerializer()
        command = serializer.dumps((function.func, function.returnType))
        self.registered[name] = {
            "command": base64.b64encode(command).decode(),
            "type": function.returnType.jsonValue(),
            "eval_type": function.evalType,
        }


class AskedFolder(OneByOne):
    """A folder that the driver's Hadoop client reads, as ``sources.download.Store`` has it."""

    def __init__(self, driver: Driver, address: str, host: str) -> None:
        self.address = address
        self.host = host
        self._driver = driver

    def files(self) -> Iterator[ModelFile]:
        """The files below the folder."""
        for name, size, version in self._driver.ask("files", uri=self.address):
            yield ModelFile(name, size, version)

    def _copy(self, file: ModelFile, target: Path, arrived: Callable[[int], object]) -> None:
        """Has the driver copy one file to this machine."""
        self._driver.ask("copy", uri=self.address, file=file.path, target=str(target))
        arrived(target.stat().st_size)


def as_session(session: RecordedSession) -> SparkSession:
    """For what takes a session: as far as binding goes it is one."""
    return cast("SparkSession", session)


def of(spark: Any) -> RecordedSession | None:
    """The session as one of these, if it is."""
    return spark if isinstance(spark, RecordedSession) else None
