import type { Handler } from "./handler.ts";
import { maintenanceSweep } from "./handlers/maintenance.sweep.ts";

/** Every kind of task that workers run, as in `private.task_kinds`; a test holds both equal. */
export const HANDLERS: readonly Handler<unknown>[] = [
  maintenanceSweep,
];
