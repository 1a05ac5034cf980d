import assert from "node:assert/strict";
import { reachOf } from "./addresses.ts";
import { refusalOf, urlPolicyFromEnv } from "./urls.ts";

const STRICT = { allowLoopback: false };
const LOOPBACK = { allowLoopback: true };

const isRefused = (url: string, policy = STRICT) => refusalOf(url, policy) !== null;

/** The ranges of the IANA special-purpose registries, each by its first and last address. */
const NOT_PUBLIC = [
  ...["0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255"],
  ...["192.168.0.0", "192.168.255.255", "100.64.0.0", "100.127.255.255", "100.100.100.200"],
  ...["169.254.0.0", "169.254.169.254", "169.254.255.255", "192.0.0.0", "192.0.0.192"],
  ...["192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.0", "198.19.255.255", "192.88.99.1"],
  ...["224.0.0.1", "239.255.255.255", "240.0.0.0", "255.255.255.255", "168.63.129.16"],
  ...["::", "::2", "fe80::1", "fe80::1%eth0", "febf::1", "fc00::1", "fd00:ec2::254", "fec0::1"],
  ...["ff02::1", "100::1", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1"],
  ...["2002:7f00:1::", "2002:a00:1::1", "3fff::1", "5f00::1", "4000::1", "e000::1"],
  ...["::ffff:10.0.0.1", "::ffff:7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::7f00:1"],
  ...["::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1"],
  ...["", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4/8"],
];

const PUBLIC = [
  ...["1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0"],
  ...["192.167.255.255", "192.169.0.0", "100.63.255.255", "100.128.0.0", "169.253.255.255"],
  ...["169.255.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "168.63.129.15"],
  ...["2600::1", "2001:4860:4860::8888", "2a00:1450::1", "2c0f::1"],
];

Deno.test("addresses of the public internet are told from all others, at each edge", () => {
  for (const address of NOT_PUBLIC) assert.notEqual(reachOf(address), "public", address);
  for (const address of PUBLIC) assert.equal(reachOf(address), "public", address);
  for (const address of ["127.0.0.1", "127.255.255.255", "::1"]) {
    assert.equal(reachOf(address), "loopback", address);
  }
});

Deno.test("a private address is refused in every spelling a URL has for it", () => {
  const hosts = [
    ...["127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1"],
    ...["017700000001", "0x7f.0x0.0x0.0x1", "00000177.0.0.1", "127.0.0.1.", "127.0.0.0x1"],
    ...["%31%32%37.0.0.1", "１２７.０.０.１", "127。0。0。1", "①②⑦.0.0.1"],
    ...["0", "0.0.0.0", "10.1", "0xa000001", "167772161", "012.1", "3232235777", "0xc0.0xa8.1.1"],
    ...["169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518"],
    ...["[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"],
    ...["[0:0:0:0:0:ffff:a9fe:a9fe]", "[64:ff9b::169.254.169.254]", "[2002:a9fe:a9fe::]"],
    ...["[fd00:ec2::254]", "[fe80::1]", "[::127.0.0.1]", "[ff02::1]"],
  ];
  for (const host of hosts) assert.ok(isRefused(`https://${host}/latest/meta-data/`), host);
});

Deno.test("a name of loopback is refused before anybody is asked for it", () => {
  const names = [
    ...["localhost", "LOCALHOST", "localhost.", "db.localhost", "a.b.localhost.", "ｌocalhost"],
  ];
  for (const name of names) assert.ok(isRefused(`https://${name}/`), name);
  for (const name of ["localhost.example", "notlocalhost.example", "mylocalhost"]) {
    assert.ok(!isRefused(`https://${name}/`), name);
  }
});

Deno.test("only https, without a password, on a port of its own", () => {
  const refused = [
    ...["", "example.com", "//example.com", "https://", "https:///", "https://exa mple.com"],
    ...["http://example.com", "HTTP://example.com", "ftp://example.com", "file:///etc/passwd"],
    ...["data:text/plain,x", "javascript:1", "gopher://example.com", "blob:https://example.com/1"],
    ...["https://user@example.com", "https://user:pass@example.com", "https://:pass@example.com"],
    ...[
      "https://example.com@127.0.0.1/",
      "https://1.1.1.1@10.0.0.1/",
      "https://127.0.0.1#@1.1.1.1",
    ],
    ...["https://example.com:22", "https://example.com:25", "https://example.com:80"],
    ...["https://example.com:0", "https://example.com:1023", "https://example.com:99999"],
    ...["https://1.2.3.4.5", "https://256.256.256.256", "https://[::1", "https://[fe80::1%25eth0]"],
    ...["https://\\\\127.0.0.1\\x", "https:\\\\10.0.0.1", "https:/10.0.0.1", "https:10.0.0.1"],
  ];
  for (const url of refused) assert.ok(isRefused(url), url);
  const taken = [
    ...["https://example.com", "https://example.com:443/a?b#c", "https://example.com:8443/"],
    ...["HTTPS://EXAMPLE.COM", "https://1.1.1.1/", "https://[2606:4700:4700::1111]/"],
    ...["https://bücher.example/", "https://example.com:1024", "https://example.com/@user:pass"],
  ];
  for (const url of taken) assert.ok(!isRefused(url), url);
});

Deno.test("development's setting opens loopback, by any port and without TLS, and nothing else", () => {
  for (const host of ["127.0.0.1", "localhost", "db.localhost", "[::1]", "2130706433"]) {
    assert.ok(!isRefused(`http://${host}:54321/leads`, LOOPBACK), host);
    assert.ok(isRefused(`http://${host}:54321/leads`), host);
  }
  const refused = [
    ...["http://10.0.0.1/", "https://10.0.0.1/", "http://169.254.169.254/", "http://[fd00::1]/"],
    ...["http://example.com/", "https://example.com:22/", "http://[::ffff:127.0.0.1]/"],
    ...["ftp://127.0.0.1/", "http://user:pass@127.0.0.1/", "http://localhost.example/"],
  ];
  for (const url of refused) assert.ok(isRefused(url, LOOPBACK), url);
});

Deno.test("the setting is off unless it says loopback, and a misspelt one is noticed", () => {
  assert.deepEqual(urlPolicyFromEnv({}), STRICT);
  assert.deepEqual(urlPolicyFromEnv({ ALLOW_PRIVATE_URLS: "" }), STRICT);
  assert.deepEqual(urlPolicyFromEnv({ ALLOW_PRIVATE_URLS: "loopback" }), LOOPBACK);
  assert.throws(() => urlPolicyFromEnv({ ALLOW_PRIVATE_URLS: "true" }), /ALLOW_PRIVATE_URLS/);
});
