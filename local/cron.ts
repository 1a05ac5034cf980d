/** Stands in for pg_cron, which the embedded Postgres lacks. */
import type { Sql } from "postgres";

/** Runs `select private.fold()` about every two seconds, as the schedule on hosted does. */
export function startCron(sql: Sql, report: (message: string) => void): { stop(): Promise<void> } {
  let stopped = false, lastFault = "";
  let wake = () => {};
  const loop = (async () => {
    while (!stopped) {
      try {
        const [row] = await sql`select to_regproc('private.fold') is not null as found`;
        if (row?.found) await sql`select private.fold()`;
        lastFault = "";
      } catch (error) {
        const fault = String(error);
        if (!stopped && fault !== lastFault) report(`private.fold(): ${fault}`);
        lastFault = fault;
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 2000);
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
