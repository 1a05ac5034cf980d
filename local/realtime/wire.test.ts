import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { decode, encode, encodeBroadcast } from "./wire.ts";

const text = fc.string({ unit: "grapheme" });

Deno.test("whatever is sent, reading it never fails", () => {
  fc.assert(fc.property(fc.uint8Array(), fc.string(), (bytes, noise) => {
    for (const version of ["1.0.0", "2.0.0"] as const) {
      decode(Uint8Array.of(3, ...bytes).buffer, version);
      decode(bytes.slice().buffer, version);
      decode(noise, version);
    }
  }));
  fc.assert(fc.property(fc.json(), (json) => {
    for (const version of ["1.0.0", "2.0.0"] as const) decode(json, version);
  }));
});

Deno.test("a text frame is read as it was written, in both versions", () => {
  fc.assert(fc.property(text, text, text, fc.option(text), (topic, event, name, ref) => {
    for (const version of ["1.0.0", "2.0.0"] as const) {
      const payload = { [name]: name };
      const written = encode(version, { topic, event: `x${event}`, ref }, JSON.stringify(payload));
      const { joinRef, ...read } = decode(written, version)!;
      strictEqual(joinRef, null);
      deepStrictEqual(JSON.parse(JSON.stringify(read)), {
        ref,
        topic,
        event: `x${event}`,
        payload,
      });
    }
  }));
});

Deno.test("a binary broadcast holds topic, event, meta and body, each where its length says", () => {
  fc.assert(fc.property(text, text, fc.boolean(), (topic, event, isBinary) => {
    const meta = { id: event };
    const body = isBinary ? new Uint8Array([0, 1, 255]) : JSON.stringify({ topic });
    const frame = encodeBroadcast("2.0.0", topic, { event, body, meta });
    if (typeof frame === "string" || frame === null) return;
    const [kind, topicSize = 0, eventSize = 0, metaSize = 0, encoding] = frame;
    deepStrictEqual([kind, encoding], [4, isBinary ? 0 : 1]);
    let at = 5;
    const take = (size?: number) => frame.slice(at, size === undefined ? undefined : at += size);
    const read = (size: number) => new TextDecoder().decode(take(size));
    deepStrictEqual([read(topicSize), read(eventSize)], [topic, event]);
    deepStrictEqual(JSON.parse(read(metaSize)), meta);
    const rest = take();
    deepStrictEqual(isBinary ? rest : new TextDecoder().decode(rest), body);
  }));
});

Deno.test("what the lengths cannot say goes as text, and bytes have no form in 1.0.0", () => {
  const long = "x".repeat(256), body = '{"a":1}';
  strictEqual(
    encodeBroadcast("2.0.0", long, { event: "e", body }),
    `[null,null,"${long}","broadcast",{"type":"broadcast","event":"e","payload":{"a":1}}]`,
  );
  strictEqual(encodeBroadcast("1.0.0", "t", { event: "e", body: new Uint8Array(1) }), null);
});
