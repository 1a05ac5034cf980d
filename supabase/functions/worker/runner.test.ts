import assert from "node:assert/strict";
import { z } from "@hono/zod-openapi";
import { RpcError } from "../_shared/service.ts";
import { FinalError, type Handler, RetryAfter } from "./handler.ts";
import { work, type WorkerOptions } from "./runner.ts";
import { claimed, controlledPauses, type FakeQueue, fakeQueue, handler, LOST } from "./testing.ts";

const FOREVER = new AbortController().signal;

function run(
  queue: FakeQueue,
  handlers: readonly Handler<unknown>[],
  overrides: Partial<WorkerOptions> = {},
) {
  return work({
    name: "test",
    rpc: queue.rpc,
    handlers,
    env: {},
    fetch,
    stop: FOREVER,
    concurrency: 2,
    untilIdle: true,
    log: () => {},
    ...overrides,
  });
}

const named = (queue: FakeQueue, name: string) =>
  queue.calls.filter((call) => call.name === name).map(({ args }) => args);

Deno.test("a task is run with its payload and completed with its result", async () => {
  const queue = fakeQueue([claimed("a", { agency_id: "acme", payload: { n: 2 }, attempt: 3 })]);
  const double: Handler<{ n: number }> = {
    kind: "test.run",
    payload: z.object({ n: z.number() }),
    leaseSeconds: 60,
    run: (task) => {
      assert.equal(task.agencyId, "acme");
      assert.equal(task.attempt, 3);
      return Promise.resolve({ done: task.payload.n * 2 });
    },
  };
  const report = await run(queue, [double]);
  assert.deepEqual(queue.completed, [{ id: "a", claim: 1, result: 4 }]);
  assert.equal(report.completed, 1);
});

Deno.test("no more than so many run at once, and all of them run", async () => {
  const queue = fakeQueue(Array.from({ length: 9 }, (_, n) => claimed(String(n))));
  let now = 0, most = 0;
  const report = await run(queue, [handler(async () => {
    most = Math.max(most, ++now);
    await Promise.resolve();
    now--;
    return { done: null };
  })], { concurrency: 3 });
  assert.equal(most, 3);
  assert.deepEqual(queue.completed.map(({ id }) => id).sort(), [..."012345678"]);
  assert.equal(report.claimed, 9);
});

Deno.test("it takes no more tasks than it is told", async () => {
  const queue = fakeQueue(["a", "b", "c"].map((id) => claimed(id)));
  const report = await run(queue, [handler(() => ({ done: null }))], { maxTasks: 2 });
  assert.deepEqual([report.claimed, report.completed], [2, 2]);
});

Deno.test("it claims just the kinds that it has handlers for, under the shortest lease", async () => {
  const queue = fakeQueue([claimed("a")]);
  await run(queue, [
    handler(() => ({ done: null })),
    handler(() => ({ done: null }), { kind: "test.slow", leaseSeconds: 300 }),
  ]);
  const [first] = named(queue, "exchange_tasks");
  assert.deepEqual([first?.kinds, first?.lease_seconds], [["test.run", "test.slow"], 60]);
});

for (
  const { what, error, expected } of [
    { what: "an error", error: new Error("no route"), expected: ["no route", null, false] },
    {
      what: "a FinalError",
      error: new FinalError("gone"),
      expected: ["gone", null, true],
    },
    {
      what: "RetryAfter",
      error: new RetryAfter(90.2, "busy"),
      expected: ["busy", 91, false],
    },
  ]
) {
  Deno.test(`${what} fails the attempt`, async () => {
    const queue = fakeQueue([claimed("a")]);
    const report = await run(queue, [handler(() => Promise.reject(error))]);
    const [failure] = named(queue, "fail_task");
    assert.deepEqual([failure?.error, failure?.retry_in_seconds, failure?.final], expected);
    assert.equal(report.failed, 1);
    assert.deepEqual(queue.completed, []);
  });
}

Deno.test("a payload that does not fit is given up without running", async () => {
  const queue = fakeQueue([claimed("a", { payload: { n: "two" } })]);
  const strict = handler(() => assert.fail("must not run"), {
    payload: z.object({ n: z.number() }),
  });
  await run(queue, [strict]);
  const [failure] = named(queue, "fail_task");
  assert.equal(failure?.final, true);
  assert.match(String(failure?.error), /does not fit/);
});

Deno.test("what is not to be gone on with now is snoozed", async () => {
  const queue = fakeQueue([claimed("a")]);
  const report = await run(queue, [handler(() => ({ snoozeSeconds: 30 }))]);
  assert.deepEqual(named(queue, "snooze_task"), [{ task_id: "a", claim: 1, seconds: 30 }]);
  assert.equal(report.snoozed, 1);
});

Deno.test("a task that runs gives signs of life three times a lease", async () => {
  const queue = fakeQueue([claimed("a")]);
  const pauses = controlledPauses();
  const end = Promise.withResolvers<void>();
  const working = run(queue, [handler(() => end.promise.then(() => ({ done: null })))], {
    pause: pauses.pause,
    concurrency: 1,
  });
  await pauses.elapse(20_000);
  assert.deepEqual((await queue.called("heartbeat_task")).args, {
    task_id: "a",
    claim: 1,
    lease_seconds: 60,
  });
  end.resolve();
  assert.equal((await working).completed, 1);
});

Deno.test("a task that is somebody else's is let go, whatever its handler does", async () => {
  const queue = fakeQueue([claimed("a")]);
  const pauses = controlledPauses();
  queue.refuse.set("heartbeat_task", LOST);
  let heard: AbortSignal | undefined;
  const working = run(queue, [handler((_task, { signal }) => {
    heard = signal;
    return new Promise(() => {});
  })], { pause: pauses.pause, concurrency: 1 });
  await pauses.elapse(20_000);
  const report = await working;
  assert.deepEqual([report.lost, report.completed, report.failed], [1, 0, 0]);
  assert.equal(heard?.aborted, true);
  assert.deepEqual(named(queue, "fail_task"), []);
});

Deno.test("one missed sign of life is no loss", async () => {
  const queue = fakeQueue([claimed("a")]);
  const pauses = controlledPauses();
  const end = Promise.withResolvers<void>();
  queue.refuse.set("heartbeat_task", new RpcError(0, "unreachable", "no route"));
  const working = run(queue, [handler(() => end.promise.then(() => ({ done: null })))], {
    pause: pauses.pause,
    concurrency: 1,
  });
  await pauses.elapse(20_000);
  await pauses.elapse(20_000, () => queue.refuse.clear());
  await queue.called("heartbeat_task");
  end.resolve();
  assert.equal((await working).completed, 1);
});

Deno.test("what runs when the worker stops may finish, and nothing more is claimed", async () => {
  const queue = fakeQueue([claimed("a"), claimed("b")]);
  const stop = new AbortController();
  const end = Promise.withResolvers<void>();
  const working = run(queue, [handler((_task, { signal }) => {
    stop.abort();
    assert.equal(signal.aborted, true, "handlers hear of it");
    end.resolve();
    return { done: "nearly there" };
  })], { concurrency: 1, stop: stop.signal, untilIdle: false });
  await end.promise;
  const report = await working;
  assert.deepEqual([report.claimed, report.completed, report.handedBack], [1, 1, 0]);
});

Deno.test("a handler that stops by an error hands its task back", async () => {
  const queue = fakeQueue([claimed("a")]);
  const stop = new AbortController();
  const working = run(queue, [handler((_task, { signal }) => {
    stop.abort(new Error("stop"));
    signal.throwIfAborted();
    return { done: null };
  })], { stop: stop.signal });
  const report = await working;
  assert.equal(report.handedBack, 1);
  assert.deepEqual(named(queue, "hand_back_task"), [{ task_id: "a", claim: 1 }]);
  assert.deepEqual(named(queue, "fail_task"), [], "it is no failure");
});

Deno.test("a handler that does not listen is waited for no longer than the grace", async () => {
  const queue = fakeQueue([claimed("a")]);
  const stop = new AbortController();
  const pauses = controlledPauses();
  const begun = Promise.withResolvers<void>();
  const working = run(queue, [handler(() => {
    begun.resolve();
    return new Promise(() => {});
  })], { stop: stop.signal, pause: pauses.pause, graceMs: 7000, concurrency: 1 });
  await begun.promise;
  stop.abort();
  await pauses.elapse(7000);
  assert.equal((await working).handedBack, 1);
  assert.deepEqual(named(queue, "hand_back_task"), [{ task_id: "a", claim: 1 }]);
});

Deno.test("what is done is told once the queue answers again", async () => {
  const queue = fakeQueue([claimed("a")]);
  const pauses = controlledPauses();
  const working = run(queue, [handler(() => {
    queue.refuse.set("exchange_tasks", new RpcError(503, "unavailable", "restarting"));
    return { done: 1 };
  })], { pause: pauses.pause, concurrency: 1 });
  await pauses.elapse(500);
  await pauses.elapse(1000, () => queue.refuse.clear());
  assert.equal((await working).completed, 1);
  assert.deepEqual(queue.completed, [{ id: "a", claim: 1, result: 1 }]);
});

Deno.test("a failure is told again until it is heard", async () => {
  const queue = fakeQueue([claimed("a")]);
  const pauses = controlledPauses();
  queue.refuse.set("fail_task", new RpcError(0, "unreachable", "no route"));
  const working = run(queue, [handler(() => Promise.reject(new Error("no")))], {
    pause: pauses.pause,
    concurrency: 1,
  });
  await pauses.elapse(250);
  await pauses.elapse(500, () => queue.refuse.clear());
  assert.equal((await working).failed, 1);
});

Deno.test("an idle worker looks again after its pause", async () => {
  const tasks = fakeQueue([]);
  const later = fakeQueue([claimed("late")]);
  const pauses = controlledPauses();
  const stop = new AbortController();
  let source = tasks;
  const working = run({ ...tasks, rpc: (name, args) => source.rpc(name, args) }, [
    handler(() => ({ done: null })),
  ], { pause: pauses.pause, untilIdle: false, pollMs: 123, stop: stop.signal });
  source = later;
  await pauses.elapse(123);
  await later.called("exchange_tasks");
  while (later.completed.length === 0) await pauses.elapse(123);
  stop.abort();
  assert.equal((await working).completed, 1);
});
