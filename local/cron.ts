/** Stands in for pg_cron, which the embedded Postgres lacks. */
import type { Sql } from "postgres";

/** Runs `select private.tick()` every second, as the schedule on hosted does every five. */
export function startCron(sql: Sql, report: (message: string) => void): { stop(): Promise<void> } {
  let stopped = false, lastFault = "";
  let wake = () => {};
  const loop = (async () => {
    while (!stopped) {
      try {
        const [row] = await sql`select to_regproc('private.tick') is not null as found`;
        if (row?.found) await sql`select private.tick()`;
        lastFault = "";
      } catch (error) {
        const fault = String(error);
        if (!stopped && fault !== lastFault) report(`private.tick(): ${fault}`);
        lastFault = fault;
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (stopped) wake();
      });
    }
  })();
  return {
    async stop() {
      stopped = true;
      wake();
      await loop;
    },
  };
}
