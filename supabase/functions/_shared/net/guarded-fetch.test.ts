import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import { generate } from "selfsigned";
import { AnswerTooLarge, type GuardOptions, openGuardedFetch } from "./guarded-fetch.ts";
import { UrlNotAllowed } from "./urls.ts";

const PUBLIC = "198.41.0.4",
  PRIVATE = ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "fd00::1"];

/** A server on loopback, and how often somebody connected to it. */
async function serve(
  handler: (request: Request) => Response | Promise<Response>,
  use: (url: string, requests: string[]) => Promise<void>,
) {
  const requests: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    requests.push(`${request.method} ${new URL(request.url).pathname}`);
    return handler(request);
  });
  try {
    await use(`http://127.0.0.1:${server.addr.port}`, requests);
  } finally {
    await server.shutdown();
  }
}

const LOOPBACK: GuardOptions = { allowLoopback: true };

Deno.test("a request goes out as it is, and its answer comes as the platform's own", async () => {
  await serve(async (request) => {
    const seen = [request.method, request.headers.get("x-key"), await request.text()];
    return Response.json(seen, { status: 201, headers: { "X-Total": "3" } });
  }, async (url) => {
    await using guarded = await openGuardedFetch(LOOPBACK);
    const answer = await guarded.fetch(`${url}/leads`, {
      method: "POST",
      headers: { "X-Key": "k" },
      body: '{"page":1}',
    });
    assert.ok(answer instanceof Response);
    assert.deepEqual([answer.status, answer.headers.get("x-total")], [201, "3"]);
    assert.deepEqual(await answer.json(), ["POST", "k", '{"page":1}']);
  });
});

Deno.test("the URL alone says which host is asked", async () => {
  await serve((request) => Response.json(request.headers.get("host")), async (url) => {
    await using guarded = await openGuardedFetch(LOOPBACK);
    const answer = await guarded.fetch(url, { headers: { Host: "elsewhere.example" } });
    assert.equal(await answer.json(), new URL(url).host);
  });
});

Deno.test("answers without a body, and packed ones, are read as fetch reads them", async () => {
  const text = "y".repeat(5000);
  await serve((request) => {
    if (request.url.endsWith("/none")) return new Response(null, { status: 204 });
    const packed = new Response(text).body!.pipeThrough(new CompressionStream("gzip"));
    return new Response(packed, { headers: { "Content-Encoding": "gzip" } });
  }, async (url) => {
    await using guarded = await openGuardedFetch(LOOPBACK);
    assert.equal((await guarded.fetch(`${url}/none`)).status, 204);
    const answer = await guarded.fetch(`${url}/packed`);
    assert.deepEqual([answer.headers.get("content-encoding"), await answer.text()], [null, text]);
  });
});

Deno.test("a name with any address that is not public is refused, and nobody is connected to", async () => {
  await serve(() => new Response("secret"), async (url, requests) => {
    for (const address of PRIVATE) {
      for (const addresses of [[address], [PUBLIC, address], [address, PUBLIC]]) {
        await using guarded = await openGuardedFetch({
          allowLoopback: false,
          resolve: () => Promise.resolve(addresses),
        });
        const port = new URL(url).port;
        await assert.rejects(guarded.fetch(`https://rows.example:${port}/`), UrlNotAllowed);
      }
    }
    assert.deepEqual(requests, []);
  });
});

Deno.test("DNS that changes its answer: each connection goes to the address that was checked", async () => {
  await serve(() => new Response("rows", { headers: { Connection: "close" } }), async (url) => {
    const port = new URL(url).port;
    const answers = [["127.0.0.1"], ["10.0.0.1"]];
    let asked = 0;
    await using guarded = await openGuardedFetch({
      allowLoopback: true,
      resolve: () => Promise.resolve(answers[asked++] ?? []),
    });
    // The system knows no such name: only our answer can have led to the server.
    assert.equal(await (await guarded.fetch(`http://localhost:${port}/`)).text(), "rows");
    assert.equal(asked, 1, "resolved once a connection");
    await assert.rejects(guarded.fetch(`http://localhost:${port}/`), UrlNotAllowed);
    assert.equal(asked, 2);
    await assert.rejects(guarded.fetch(`http://localhost:${port}/`), /has no address/);
  });
});

Deno.test("TLS asks for the name, though the connection goes to an address", async () => {
  const named = (value: string) => [{ name: "commonName", value }];
  const authority = await generate(named("A test's authority"), {
    extensions: [{ name: "basicConstraints", cA: true, critical: true }],
  });
  const { cert, private: key } = await generate(named("rows.example"), {
    ca: { key: authority.private, cert: authority.cert },
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "rows.example" }] }],
  });
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", cert, key, onListen() {} },
    (request) => new Response(request.url),
  );
  const port = server.addr.port;
  const resolve = () => Promise.resolve(["127.0.0.1"]);
  try {
    await using guarded = await openGuardedFetch({ ...LOOPBACK, resolve, ca: authority.cert });
    const answer = await guarded.fetch(`https://rows.example:${port}/`);
    assert.equal(await answer.text(), `https://rows.example:${port}/`);
    await assert.rejects(guarded.fetch(`https://other.example:${port}/`), TypeError);

    await using usual = await openGuardedFetch({ ...LOOPBACK, resolve });
    await assert.rejects(usual.fetch(`https://rows.example:${port}/`), TypeError);
  } finally {
    await server.shutdown();
  }
});

Deno.test("a redirect is not followed, wherever it leads", async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    await serve((request) => {
      const Location = new URL("/secret", request.url).href;
      return request.url.endsWith("/secret")
        ? new Response("secret")
        : new Response("moved", { status, headers: { Location } });
    }, async (url, requests) => {
      await using guarded = await openGuardedFetch(LOOPBACK);
      await assert.rejects(guarded.fetch(`${url}/rows`), /redirect/);
      assert.deepEqual(requests, ["GET /rows"]);
    });
  }
});

Deno.test("an answer larger than the limit is cut off: announced, unannounced or packed", async () => {
  const limit = 64 * 1024;
  await serve((request) => {
    const large = ReadableStream.from([new Uint8Array(limit), new Uint8Array(1)]);
    switch (new URL(request.url).pathname) {
      case "/announced":
        return new Response(new Uint8Array(limit + 1));
      case "/chunked":
        return new Response(large);
      case "/packed": {
        const headers = { "Content-Encoding": "gzip" };
        return new Response(large.pipeThrough(new CompressionStream("gzip")), { headers });
      }
      default:
        return new Response(new Uint8Array(limit));
    }
  }, async (url) => {
    await using guarded = await openGuardedFetch({ ...LOOPBACK, maxBytes: limit });
    await assert.rejects(guarded.fetch(`${url}/announced`), AnswerTooLarge);
    for (const path of ["chunked", "packed"]) {
      const answer = await guarded.fetch(`${url}/${path}`);
      await assert.rejects(answer.arrayBuffer(), AnswerTooLarge, path);
    }
    assert.equal((await (await guarded.fetch(`${url}/fits`)).arrayBuffer()).byteLength, limit);
  });
});

/** A server that answers any request by these bytes and, unless told, hangs up. */
async function answering(
  bytes: string,
  use: (url: string) => Promise<void>,
  hangsUp = true,
): Promise<void> {
  const server: Server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => hangsUp ? socket.end(bytes) : socket.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  try {
    assert.ok(address && typeof address === "object");
    await use(`http://127.0.0.1:${address.port}/`);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

Deno.test("a length that lies is a failure, not an answer", async () => {
  const head = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
  const lies = [
    `${head}Content-Length: 100\r\n\r\n[1]`,
    `${head}Transfer-Encoding: chunked\r\n\r\n64\r\n[1]`,
    `${head}Content-Length: 3\r\nContent-Length: 5\r\n\r\n[1]`,
    `${head}Content-Length: -1\r\n\r\n[1]`,
    "HTTP/1.1 200 OK\r\nContent-Le",
    "no http at all\r\n\r\n",
    "",
  ];
  for (const bytes of lies) {
    await answering(bytes, async (url) => {
      await using guarded = await openGuardedFetch(LOOPBACK);
      await assert.rejects(guarded.fetch(url).then((answer) => answer.text()), TypeError, bytes);
    });
  }
  await answering(`${head}Content-Length: 3\r\n\r\n[1]and more`, async (url) => {
    await using guarded = await openGuardedFetch(LOOPBACK);
    const read = guarded.fetch(url).then((answer) => answer.text());
    assert.equal(await read.catch(() => "[1]"), "[1]");
  });
});

Deno.test("an answer that does not come, or does not end, is given up", async () => {
  const begun = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1]";
  for (const bytes of ["", begun]) {
    await answering(bytes, async (url) => {
      await using guarded = await openGuardedFetch({ ...LOOPBACK, timeoutMs: 50 });
      const read = guarded.fetch(url).then((answer) => answer.text());
      await assert.rejects(read, (error: Error) => error.name === "TimeoutError");
    }, false);
  }
});

Deno.test("whoever called may stop it", async () => {
  await answering("", async (url) => {
    await using guarded = await openGuardedFetch(LOOPBACK);
    const stop = new AbortController();
    const read = guarded.fetch(url, { signal: stop.signal });
    stop.abort(new Error("paused"));
    await assert.rejects(read, /paused/);
  }, false);
});
