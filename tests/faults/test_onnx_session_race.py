# SPDX-License-Identifier: Apache-2.0
"""The registry of sessions under threads that lease, give back and close at the same time."""

from __future__ import annotations

import json

import pytest

import javac

pytestmark = pytest.mark.classic

# Sessions that only count: what the library does with one that is closed in use is a crash.
SOURCE = """
import io.sparkpredict.engine.onnx.*;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

public class SessionRace implements Callable<String> {
  final AtomicInteger loads = new AtomicInteger();
  final AtomicInteger closes = new AtomicInteger();
  final AtomicInteger open = new AtomicInteger();
  final AtomicInteger mostOpen = new AtomicInteger();
  final AtomicInteger usedClosed = new AtomicInteger();
  final AtomicInteger closedInUse = new AtomicInteger();
  final CountDownLatch loading = new CountDownLatch(1);
  volatile boolean over = false;

  final class Counted implements TensorSession {
    final AtomicInteger users = new AtomicInteger();
    volatile boolean isClosed = false;
    public TensorType[] inputs() { return new TensorType[0]; }
    public TensorType[] outputs() { return new TensorType[0]; }
    public TensorRun prepare(Tensor[] inputs, Tensor[] outputs) { return null; }
    public void close() {
      isClosed = true;
      closes.incrementAndGet();
      open.decrementAndGet();
      if (users.get() > 0) closedInUse.incrementAndGet();
    }
    void use() {
      users.incrementAndGet();
      Thread.yield();
      if (isClosed) usedClosed.incrementAndGet();
      users.decrementAndGet();
    }
  }

  TensorSession load(int millis) {
    loading.countDown();
    pause(millis);
    loads.incrementAndGet();
    int now = open.incrementAndGet();
    mostOpen.accumulateAndGet(now, Math::max);
    return new Counted();
  }

  static void pause(int millis) {
    try { Thread.sleep(millis); } catch (InterruptedException ended) { }
  }

  Sessions.Lease take(String key, int millis) { return Sessions.take(key, () -> load(millis)); }

  static void meet(CyclicBarrier all) {
    try { all.await(60, TimeUnit.SECONDS); }
    catch (Exception ended) { throw new RuntimeException(ended); }
  }

  static List<Thread> started(int count, Runnable what) {
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < count; i++) all.add(new Thread(what));
    all.forEach(Thread::start);
    return all;
  }

  static void join(List<Thread> all) throws InterruptedException {
    for (Thread one : all) one.join();
  }

  public String call() throws Exception {
    CountDownLatch all = new CountDownLatch(16);
    AtomicInteger found = new AtomicInteger();
    join(started(16, () -> {
      all.countDown();
      try { all.await(); } catch (InterruptedException ended) { return; }
      Sessions.Lease lease = take("single flight", 100);
      if (lease.loadNanos() == 0) found.incrementAndGet();
      lease.release();
      lease.release();
    }));
    int together = loads.get();
    Sessions.evict(0);

    List<Thread> closers = new ArrayList<>();
    closers.addAll(started(2, () -> { while (!over) Sessions.evict(0); }));
    closers.addAll(started(2, () -> { while (!over) Sessions.close("race"); }));
    // now and then nobody holds a lease, which a busy machine may not let happen by itself
    CyclicBarrier nobody = new CyclicBarrier(8, () -> Sessions.evict(0));
    join(started(8, () -> {
      for (int i = 0; i < 2000; i++) {
        if (i % 100 == 0) meet(nobody);
        Sessions.Lease lease = take("race", 0);
        ((Counted) lease.session()).use();
        lease.release();
      }
    }));
    over = true;
    join(closers);
    Sessions.evict(0);
    int reloads = loads.get() - together;

    CountDownLatch waits = new CountDownLatch(1);
    long[] waited = new long[1];
    Thread slow = new Thread(() -> take("killed", 3000).release());
    slow.start();
    pause(100);
    Thread killed = new Thread(() -> {
      long start = System.nanoTime();
      try { take("killed", 0).release(); } catch (Throwable interrupted) { }
      waited[0] = (System.nanoTime() - start) / 1000000;
    });
    killed.start();
    pause(100);
    killed.interrupt();
    killed.join();
    long whileLoading = open.get();
    slow.join();
    Sessions.evict(0);
    int unclosed = loads.get() - closes.get();
    return Arrays.toString(new long[] {
      together, found.get(), reloads, unclosed, mostOpen.get(), usedClosed.get(),
      closedInUse.get(), waited[0], whileLoading
    });
  }
}
"""


COUNTS = (
    "together",
    "found",
    "reloads",
    "unclosed",
    "most open",
    "used closed",
    "closed in use",
    "waited",
    "open while loading",
)


@pytest.fixture(scope="module")
def raced(spark, tmp_path_factory):
    """What the threads counted."""
    jvm, gateway = spark.sparkContext._jvm, spark.sparkContext._gateway
    jar = javac.jar("SessionRace", SOURCE, tmp_path_factory.mktemp("race"))
    urls = gateway.new_array(jvm.java.net.URL, 1)
    urls[0] = jvm.java.io.File(str(jar)).toURI().toURL()
    ours = jvm.org.apache.spark.util.Utils.getContextOrSparkClassLoader()
    loader = jvm.java.net.URLClassLoader(urls, ours)
    race = loader.loadClass("SessionRace").getDeclaredConstructors()[0]
    counts = race.newInstance(gateway.new_array(jvm.java.lang.Object, 0)).call()
    return dict(zip(COUNTS, json.loads(counts)))


def test_one_load_for_all_that_ask_at_once_and_none_closed_in_use(raced, sessions):
    assert (raced["together"], raced["found"]) == (1, 15)
    assert raced["reloads"] > 10, "nobody closed anything in between"
    assert (raced["used closed"], raced["closed in use"]) == (0, 0)
    assert (raced["most open"], raced["unclosed"]) == (1, 0)
    assert (sessions.open(), sessions.leased()) == (0, 0)


def test_a_killed_task_waits_for_no_load_of_another(raced):
    assert raced["waited"] < 1500
    assert raced["open while loading"] == 0
