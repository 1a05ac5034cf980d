import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { open, seal, type Sealed } from "../../_shared/sealing.ts";
import type { Task, TaskContext } from "../handler.ts";
import { resealCredentials } from "./credentials.reseal.ts";

const KEYS: Record<string, string> = {
  autumn: Buffer.alloc(32, 2).toString("base64"),
  spring: Buffer.alloc(32, 1).toString("base64"),
};
const env = { CREDENTIAL_KEYS: JSON.stringify(KEYS) };
const sealedBy = (name: string, key = KEYS[name]) =>
  seal(`secret of ${name}`, { CREDENTIAL_KEYS: JSON.stringify({ [name]: key }) });

const TASK: Task<Record<string, never>> = {
  id: "0199a3c4-d5e6-7890-8abc-000000000003",
  agencyId: null,
  kind: "credentials.reseal",
  payload: {},
  claim: 1,
  attempt: 1,
  maxAttempts: 20,
};

/** Envelopes by source, two a page; `changed` were entered anew after they were listed. */
function database(envelopes: Map<string, Sealed>, changed: string[] = []) {
  const logged: unknown[] = [];
  const procedures: Record<string, (args: Record<string, string & Sealed>) => unknown> = {
    list_sealed_credentials: ({ newest_key_id, after }) =>
      [...envelopes].filter(([id, { key_id }]) => key_id !== newest_key_id && id > (after ?? ""))
        .slice(0, 2).map(([data_source_id, credentials]) => ({ data_source_id, credentials })),
    replace_data_source_credentials: ({ data_source_id = "", replaced_nonce, credentials }) => {
      const isSame = envelopes.get(data_source_id)?.nonce === replaced_nonce;
      if (!isSame || !credentials || changed.includes(data_source_id)) return false;
      envelopes.set(data_source_id, credentials);
      return true;
    },
  };
  const context: TaskContext = {
    rpc:
      ((name: string, args: Record<string, string & Sealed>) =>
        Promise.resolve(procedures[name]?.(args))) as TaskContext["rpc"],
    signal: new AbortController().signal,
    deadline: Number.MAX_SAFE_INTEGER,
    env,
    fetch,
    log: (_message, fields) => logged.push(fields),
  };
  return { context, logged };
}

Deno.test("what older keys sealed is sealed by the newest, and says the same", async () => {
  const envelopes = new Map([
    ["a", await sealedBy("spring")],
    ["b", await sealedBy("autumn")],
    ["c", await sealedBy("spring")],
    ["d", await sealedBy("spring")],
  ]);
  const untouched = envelopes.get("b");
  const { context } = database(envelopes);
  assert.deepEqual(await resealCredentials.run(TASK, context), {
    done: { resealed: 3, unreadable: [] },
  });
  assert.equal(envelopes.get("b"), untouched);
  const autumn = { CREDENTIAL_KEYS: JSON.stringify({ autumn: KEYS.autumn }) };
  for (const id of ["a", "c", "d"]) {
    assert.equal(await open(envelopes.get(id)!, autumn), "secret of spring");
  }
});

Deno.test("what cannot be read is named and keeps nobody else", async () => {
  const other = Buffer.alloc(32, 9).toString("base64");
  const envelopes = new Map([
    ["a", await sealedBy("lost", other)],
    ["b", { ...await sealedBy("spring"), ciphertext: "AAAAAAAAAAAAAAAAAAAAAAAA" }],
    ["c", await sealedBy("spring")],
  ]);
  const { context, logged } = database(envelopes);
  assert.deepEqual(await resealCredentials.run(TASK, context), {
    done: { resealed: 1, unreadable: ["a", "b"] },
  });
  assert.deepEqual(logged, [{ data_source_id: "a" }, { data_source_id: "b" }]);
});

Deno.test("credentials that were entered meanwhile are left alone", async () => {
  const envelopes = new Map([["a", await sealedBy("spring")]]);
  const { context } = database(envelopes, ["a"]);
  assert.deepEqual(await resealCredentials.run(TASK, context), {
    done: { resealed: 0, unreadable: [] },
  });
});

Deno.test("when time runs out it comes back for the rest; without keys it fails and says so", async () => {
  const { context } = database(new Map([["a", await sealedBy("spring")]]));
  assert.deepEqual(await resealCredentials.run(TASK, { ...context, deadline: Date.now() }), {
    snoozeSeconds: 1,
  });
  await assert.rejects(
    resealCredentials.run(TASK, { ...context, env: {} }),
    /CREDENTIAL_KEYS is not set/,
  );
});
