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
const AGENCY = "0199a3c4-d5e6-7890-8abc-def012345678";
const ownerOf = (id: string) => ({ agency_id: AGENCY, id });
const sealedBy = (name: string, id: string, key = KEYS[name]) =>
  seal(`secret of ${name}`, ownerOf(id), { CREDENTIAL_KEYS: JSON.stringify({ [name]: key }) });

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
        .slice(0, 2).map(([data_source_id, credentials]) => ({
          agency_id: AGENCY,
          data_source_id,
          credentials,
        })),
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
    ["a", await sealedBy("spring", "a")],
    ["b", await sealedBy("autumn", "b")],
    ["c", await sealedBy("spring", "c")],
    ["d", await sealedBy("spring", "d")],
  ]);
  const untouched = envelopes.get("b");
  const { context } = database(envelopes);
  assert.deepEqual(await resealCredentials.run(TASK, context), {
    done: { resealed: 3, unreadable: [] },
  });
  assert.equal(envelopes.get("b"), untouched);
  const autumn = { CREDENTIAL_KEYS: JSON.stringify({ autumn: KEYS.autumn }) };
  for (const id of ["a", "c", "d"]) {
    assert.equal(await open(envelopes.get(id)!, ownerOf(id), autumn), "secret of spring");
  }
});

Deno.test("what cannot be read is named and keeps nobody else", async () => {
  const other = Buffer.alloc(32, 9).toString("base64");
  const envelopes = new Map([
    ["a", await sealedBy("lost", "a", other)],
    ["b", { ...await sealedBy("spring", "b"), ciphertext: "AAAAAAAAAAAAAAAAAAAAAAAA" }],
    ["c", await sealedBy("spring", "c")],
    ["d", await sealedBy("spring", "c")], // moved from there
  ]);
  const { context, logged } = database(envelopes);
  assert.deepEqual(await resealCredentials.run(TASK, context), {
    done: { resealed: 1, unreadable: ["a", "b", "d"] },
  });
  assert.deepEqual(logged, ["a", "b", "d"].map((data_source_id) => ({ data_source_id })));
});

Deno.test("credentials that were entered meanwhile are left alone", async () => {
  const envelopes = new Map([["a", await sealedBy("spring", "a")]]);
  const { context } = database(envelopes, ["a"]);
  assert.deepEqual(await resealCredentials.run(TASK, context), {
    done: { resealed: 0, unreadable: [] },
  });
});

Deno.test("when time runs out it comes back for the rest; without keys it fails and says so", async () => {
  const { context } = database(new Map([["a", await sealedBy("spring", "a")]]));
  assert.deepEqual(await resealCredentials.run(TASK, { ...context, deadline: Date.now() }), {
    snoozeSeconds: 1,
  });
  await assert.rejects(
    resealCredentials.run(TASK, { ...context, env: {} }),
    /CREDENTIAL_KEYS is not set/,
  );
});
