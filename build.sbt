// SPDX-License-Identifier: Apache-2.0
// One source tree, two jars: each Scala line is compiled on the oldest Spark that it serves.

val lines = ScalaLine.readAll(file("jvm/spark-versions.json"))
val versionLine = "__version__ = \"(.+)\"".r
val line = settingKey[ScalaLine]("What this Scala line is compiled on")
val shipJar = taskKey[File]("Builds this line's jar into the Python package")

// What configure(builder, onnx=True) adds.
val onnxRuntime = "\"version\": \"(.+)\"".r
  .findFirstMatchIn(IO.read(file("python/sparkpredict/resources/onnx-runtime.json")))
  .fold(sys.error("onnx-runtime.json has no version"))(_.group(1))

val lintOptions = Seq(
  "-deprecation",
  "-feature",
  "-unchecked",
  "-Xlint:_",
  // The import of Java's collections that both Scala lines have is deprecated in 2.13.
  "-Wconf:cat=deprecation&origin=scala\\.collection\\.JavaConverters.*:s",
  // Fires on SQL text and error messages that hold a plain dollar sign.
  "-Xlint:-missing-interpolator",
  "-Xfatal-warnings"
)

lazy val root: Project = (project in file(".")).settings(
  name := "spark-predict",
  organization := "io.sparkpredict",
  version :=
    IO
      .read(file("python/sparkpredict/version.py"))
      .linesIterator
      .collectFirst { case versionLine(number) => number }
      .getOrElse(sys.error("version.py has no line __version__ = \"...\"")),
  licenses := Seq(License.Apache2),
  crossScalaVersions := Seq(lines("2.12").scala, lines("2.13").scala),
  scalaVersion := lines("2.12").scala,
  line := lines(scalaBinaryVersion.value),
  libraryDependencies += "org.apache.spark" %% "spark-sql" % line.value.spark % Provided,
  // To compile against; a session that wants it brings it along.
  libraryDependencies += "com.microsoft.onnxruntime" % "onnxruntime" % onnxRuntime % Provided,

  // No version folders: what differs between Sparks is reached by reflection in one file.
  sourceDirectory := baseDirectory.value / "jvm" / "src",
  sourcesInBase := false,
  Compile / unmanagedSourceDirectories :=
    Seq((Compile / scalaSource).value, (Compile / javaSource).value),
  Compile / unmanagedResourceDirectories +=
    baseDirectory.value / "python" / "sparkpredict" / "resources",

  // What SupportedSpark compares with the Scala that runs.
  Compile / resourceGenerators += Def.task {
    val file = (Compile / resourceManaged).value / "io" / "sparkpredict" / "scala-line"
    IO.write(file, scalaBinaryVersion.value)
    Seq(file)
  },

  scalacOptions ++= line.value.scalacRelease,
  Compile / compile / scalacOptions ++= lintOptions,
  javacOptions ++= line.value.javacRelease,
  // "options": javac 17 warns that Java 8 as a target will go. "processing" and "classfile": about
  // annotations inside Spark's own dependencies.
  Compile / compile / javacOptions ++=
    Seq("-Xlint:all,-options,-processing,-classfile", "-Werror"),

  Compile / packageBin / mappings += (baseDirectory.value / "LICENSE") -> "META-INF/LICENSE",
  Compile / packageBin / mappings ++= ofVectors.value,
  shipJar := ShippedJar.install(
    (Compile / packageBin).value,
    baseDirectory.value / "python" / "sparkpredict" / "jars",
    s"${name.value}_${scalaBinaryVersion.value}",
    version.value
  )
)

// Java's Vector API is an incubating module of Java 17: its own project, for javac warns of that
// whatever is asked of it, and its bytecode is Java 17's in both jars. An older JVM refuses the class,
// and the kernels do without it.
lazy val vectors: Project = (project in file("jvm/vectors"))
  .dependsOn(root)
  .settings(
    crossScalaVersions := Seq(lines("2.12").scala, lines("2.13").scala),
    scalaVersion := lines("2.12").scala,
    autoScalaLibrary := false,
    publish / skip := true,
    javacOptions ++= lines("2.13").javacRelease ++
      Seq("--add-modules", "jdk.incubator.vector", "-Xlint:all,-options")
  )

// Looked up when it runs: `vectors` is made of `root`, which packs it.
lazy val ofVectors = Def.taskDyn {
  Def.task {
    (vectors / Compile / products).value.flatMap { folder =>
      (folder ** "*.class").pair(Path.relativeTo(folder))
    }
  }
}

// `make bench-kernels`: not part of anything that is shipped.
lazy val kernels = (project in file("benchmarks/kernels"))
  .dependsOn(root, vectors)
  .settings(
    crossScalaVersions := Seq(lines("2.13").scala),
    scalaVersion := lines("2.13").scala,
    autoScalaLibrary := false,
    publish / skip := true,
    libraryDependencies ++= Seq(
      "org.openjdk.jmh" % "jmh-core" % "1.37",
      "org.openjdk.jmh" % "jmh-generator-annprocess" % "1.37"
    ),
    run / fork := true,
    Compile / mainClass := Some("org.openjdk.jmh.Main")
  )

// jar212 and jar213 are what the Makefile calls; an alias's name cannot hold a dot.
addCommandAlias("jar212", s"++${lines("2.12").scala}; shipJar")
addCommandAlias("on213", s"++${lines("2.13").scala}")
addCommandAlias("jar213", s"++${lines("2.13").scala}; shipJar")
