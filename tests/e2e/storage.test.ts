/** The buckets of an agency, through the front door: whose files they are, and who does what. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { foundAgency, join, secretClient, type TestAgency } from "./_agency.ts";
import { client, type TestUser } from "./_support.ts";

const imports = (user: TestUser) => client(user.token).storage.from("imports");
const exported = (user: TestUser) => client(user.token).storage.from("exports");

const CSV = { contentType: "text/csv" };
const ROWS = "email\nada@example.test\n";

async function putList({ id, owner }: TestAgency, name = "leads.csv"): Promise<string> {
  const path = `${id}/${name}`;
  const { error } = await imports(owner).upload(path, ROWS, CSV);
  strictEqual(error, null);
  return path;
}

Deno.test("a list is put below the agency's id and read by its members", async () => {
  const agency = await foundAgency();
  const researcher = await join(agency, ["researcher"]), analyst = await join(agency, ["analyst"]);
  const path = `${agency.id}/spring/leads.csv`;
  strictEqual((await imports(researcher).upload(path, ROWS, CSV)).error, null);
  const read = await imports(analyst).download(path);
  strictEqual(await read.data?.text(), ROWS);
  const { data } = await imports(analyst).list(`${agency.id}/spring`);
  deepStrictEqual(data?.map(({ name }) => name), ["leads.csv"]);
  const refused = await imports(analyst).upload(`${agency.id}/other.csv`, ROWS, CSV);
  strictEqual(refused.error?.message, "new row violates row-level security policy");
  const kept = await imports(analyst).update(path, "x", CSV);
  strictEqual(kept.error?.message, "new row violates row-level security policy");
  deepStrictEqual((await imports(analyst).remove([path])).data, []);
  deepStrictEqual((await imports(researcher).remove([path])).data?.length, 1);
});

Deno.test("another agency's files do not exist, whatever is tried", async () => {
  const acme = await foundAgency("Acme"), globex = await foundAgency("Globex");
  const path = await putList(acme);
  const stranger = imports(globex.owner);
  for (
    const { data, error } of [
      await stranger.download(path),
      await stranger.info(path),
      await stranger.createSignedUrl(path, 60),
      await stranger.upload(path, "x", CSV),
      await stranger.upload(path, "x", { ...CSV, upsert: true }),
      await stranger.upload(`${acme.id}/mine.csv`, "x", CSV),
      await stranger.update(path, "x", CSV),
      await stranger.createSignedUploadUrl(`${acme.id}/mine.csv`),
      await stranger.move(path, `${globex.id}/leads.csv`),
      await stranger.copy(path, `${globex.id}/leads.csv`),
    ]
  ) {
    strictEqual(data, null);
    ok(error);
  }
  for (const folder of ["", acme.id, `${acme.id}/`]) {
    deepStrictEqual((await stranger.list(folder)).data, [], folder);
    deepStrictEqual((await stranger.listV2({ prefix: folder })).data?.objects, [], folder);
  }
  deepStrictEqual((await stranger.remove([path])).data, []);
  const own = await putList(globex, "own.csv");
  const pushed = await stranger.move(own, `${acme.id}/own.csv`);
  strictEqual(pushed.error?.message, "new row violates row-level security policy");
  const copied = await stranger.copy(own, `${acme.id}/own.csv`);
  strictEqual(copied.error?.message, "new row violates row-level security policy");

  const mine = imports(acme.owner);
  strictEqual(await (await mine.download(path)).data?.text(), ROWS);
  deepStrictEqual((await mine.list(acme.id)).data?.map(({ name }) => name), ["leads.csv"]);
});

Deno.test("nobody without a token, and nobody of no agency, reaches a file", async () => {
  const agency = await foundAgency();
  const path = await putList(agency);
  const anonymous = client().storage.from("imports");
  strictEqual((await anonymous.download(path)).error?.message, "Object not found");
  deepStrictEqual((await anonymous.list(agency.id)).data, []);
  const refused = await anonymous.upload(`${agency.id}/mine.csv`, "x", CSV);
  strictEqual(refused.error?.message, "new row violates row-level security policy");
});

Deno.test("a removed member signs, reads and puts nothing more, with the same token", async () => {
  const agency = await foundAgency();
  const researcher = await join(agency, ["researcher"]);
  const path = await putList(agency);
  strictEqual((await imports(researcher).createSignedUrl(path, 60)).error, null);
  const { error } = await client(agency.owner.token).rpc("remove_member", {
    agency_id: agency.id,
    user_id: researcher.id,
  });
  strictEqual(error, null);
  const files = imports(researcher);
  for (
    const answer of [
      await files.createSignedUrl(path, 60),
      await files.download(path),
      await files.upload(`${agency.id}/late.csv`, ROWS, CSV),
      await files.createSignedUploadUrl(`${agency.id}/late.csv`),
    ]
  ) ok(answer.error);
  const { data } = await files.createSignedUrls([path], 60);
  deepStrictEqual(data?.map(({ signedUrl }) => signedUrl), [null]);
});

Deno.test("X-Agency-Id narrows Storage as it narrows everything", async () => {
  const acme = await foundAgency("Acme"), globex = await foundAgency("Globex");
  const path = await putList(acme);
  const elsewhere = client(acme.owner.token);
  const narrowed = elsewhere.storage.from("imports").setHeader("X-Agency-Id", globex.id);
  strictEqual((await narrowed.download(path)).error?.message, "Object not found");
  strictEqual((await imports(acme.owner).download(path)).error, null);
});

Deno.test("exports are made with the secret key, read with leads.read", async () => {
  const agency = await foundAgency();
  const analyst = await join(agency, ["analyst"]), sales = await join(agency, ["sales"]);
  const path = `${agency.id}/leads.csv`;
  const byMember = await exported(agency.owner).upload(path, ROWS, CSV);
  strictEqual(byMember.error?.message, "new row violates row-level security policy");
  const made = await secretClient().storage.from("exports").upload(path, ROWS, CSV);
  strictEqual(made.error, null);
  strictEqual(await (await exported(analyst).download(path)).data?.text(), ROWS);
  strictEqual((await exported(sales).download(path)).error?.message, "Object not found");
  deepStrictEqual((await exported(analyst).remove([path])).data, []);
  deepStrictEqual((await exported(agency.owner).remove([path])).data?.length, 1);
});

Deno.test("only lists go in: by type and by size", async () => {
  const agency = await foundAgency();
  const files = imports(agency.owner);
  const picture = await files.upload(`${agency.id}/a.png`, "x", { contentType: "image/png" });
  strictEqual(picture.error?.message, "mime type image/png is not supported");
  for (const contentType of ["text/csv", "text/csv;charset=utf-8", "application/vnd.ms-excel"]) {
    const { error } = await files.upload(`${agency.id}/${crypto.randomUUID()}.csv`, "x", {
      contentType,
    });
    strictEqual(error, null, contentType);
  }
});
