/**
 * Claiming and completing background tasks, beside two queues of the same making on the same server.
 * @module
 */

import postgres from "postgres";
import { TEMPLATE } from "../../scripts/test/cluster.ts";
import { median, type Result } from "./_measure.ts";
import { CLIENTS, openGraphileWorker, openOurs, openPgBoss, type Queue } from "./_queues.ts";

const ROUNDS = 5;

/** Tasks of one round, by batch: enough of them that starting and ending do not weigh. */
const SIZES = [{ batch: 1, tasks: 5_000 }, { batch: 50, tasks: 20_000 }];

/** Milliseconds for a thousand tasks in each round, by queue; the first round only warms up. */
async function measure(queues: Queue[], batch: number, count: number): Promise<number[][]> {
  const times = queues.map((): number[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    // Who goes first changes from round to round.
    for (let turn = 0; turn < queues.length; turn++) {
      const at = (turn + round) % queues.length;
      const queue = queues[at]!;
      await queue.add(count);
      const began = performance.now();
      const drained = await queue.drain(batch);
      const taken = performance.now() - began;
      if (drained !== count) throw new Error(`${queue.name}: ${drained} of ${count} tasks`);
      if (round > 0) times[at]!.push(taken / count * 1000);
    }
  }
  return times;
}

/** Compares the queues at a batch of one and of fifty; a round has no more tasks than `rows`. */
export async function benchTasks(serverUrl: string, rows: number): Promise<Result[]> {
  await using stack = new AsyncDisposableStack();
  const admin = postgres(serverUrl, { max: 1, onnotice: () => {} });
  stack.defer(() => admin.end());

  /** Opens a queue in a database of its own. */
  async function open(make: (url: string) => Promise<Queue>, template: string): Promise<Queue> {
    const name = `queue_${crypto.randomUUID().replaceAll("-", "")}`;
    await admin.unsafe(`create database ${name} template ${template} strategy file_copy`);
    stack.defer(async () => {
      await admin.unsafe(`drop database ${name} with (force)`);
    });
    const url = new URL(serverUrl);
    url.pathname = `/${name}`;
    return stack.use(await make(url.href));
  }

  const queues = [
    await open((url) => openOurs(url, "exchange"), TEMPLATE),
    await open((url) => openOurs(url, "claim and complete"), TEMPLATE),
    await open(openGraphileWorker, "template0"),
    await open(openPgBoss, "template0"),
  ];
  const results: Result[] = [];
  for (const { batch, tasks } of SIZES) {
    const times = await measure(queues, batch, Math.min(rows, tasks));
    const [exchange = 0, apart = 0, graphile = 0, boss = 0] = times.map(median);
    const sides = [
      { how: "exchange_tasks", ours: exchange, aim: { ratio: 1 } },
      { how: "claimed and completed apart", ours: apart },
    ];
    for (const { how, ours, aim } of sides) {
      for (const [peer, base] of [["graphile-worker", graphile], ["pg-boss", boss]] as const) {
        const what = `1,000 tasks by ${batch}, ${CLIENTS} clients: ${how} / ${peer}`;
        results.push({ bench: "tasks", what, base, ours, ...aim ? { aim } : {} });
      }
    }
  }
  return results;
}
