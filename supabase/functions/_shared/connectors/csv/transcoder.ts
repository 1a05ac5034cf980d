/**
 * A file's bytes as UTF-8, and the way back: which byte of the file a byte of the UTF-8 came from, so
 * that reading can be taken up again there.
 * @module
 */

/** Encodings that CSV files come in. */
export const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "windows-1252"] as const;
/** An encoding that CSV files come in. */
export type Encoding = typeof ENCODINGS[number];

const BOMS: readonly [Encoding, readonly number[]][] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/** The byte order mark a file begins with, if any. */
export function bomOf(head: Uint8Array): { encoding: Encoding; length: number } | undefined {
  const found = BOMS.find(([, bom]) => bom.every((byte, index) => head[index] === byte));
  return found && { encoding: found[0], length: found[1].length };
}

/**
 * The encoding that the first bytes of a file without a mark speak for; null while they are ASCII,
 * which is the same in UTF-8 and Windows-1252.
 */
export function guessEncoding(head: Uint8Array): Encoding | null {
  // In UTF-16 every other byte of Western text is zero; anywhere else zeros are rare.
  const zeros: [even: number, odd: number] = [0, 0];
  head.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2 === 0 ? 0 : 1]++;
  });
  const half = head.length / 2;
  if (zeros[1] > half * 0.4 && zeros[0] < half * 0.1) return "utf-16le";
  if (zeros[0] > half * 0.4 && zeros[1] < half * 0.1) return "utf-16be";
  return isAscii(head) ? null : isUtf8(head) ? "utf-8" : "windows-1252";
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80);
}

/** Whether the bytes are UTF-8, of which the last character may be cut off. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** What one chunk became, and where both begin. */
interface Piece {
  readonly utf8: number;
  readonly source: number;
  readonly bytes: Uint8Array;
}

/** Turns a file's bytes into UTF-8, chunk by chunk. */
export class Transcoder {
  readonly #encoder = new TextEncoder();
  #encoding: Encoding | null;
  #decoder: TextDecoder | undefined;
  /** What has been turned and not yet been asked about; none while the bytes stay as they are. */
  #pieces: Piece[] = [];
  #utf8 = 0;
  #source: number;

  /** `offset` is where in the file the first chunk begins: behind the mark, between two characters. */
  constructor(encoding: Encoding | null, offset: number) {
    this.#encoding = encoding;
    this.#source = offset;
  }

  /** The encoding as far as it is known by now. */
  get encoding(): Encoding | null {
    return this.#encoding;
  }

  /** The next bytes in UTF-8; without an argument what is left at the end. */
  push(chunk?: Uint8Array): Uint8Array {
    if (this.#encoding === null && chunk && !isAscii(chunk)) {
      this.#encoding = isUtf8(chunk) ? "utf-8" : "windows-1252";
    }
    if (this.#encoding === null || this.#encoding === "utf-8") {
      const bytes = chunk ?? new Uint8Array();
      this.#utf8 += bytes.length;
      this.#source += bytes.length;
      return bytes;
    }
    this.#decoder ??= new TextDecoder(this.#encoding, { ignoreBOM: true });
    const text = this.#decoder.decode(chunk, { stream: chunk !== undefined });
    const bytes = this.#encoder.encode(text);
    this.#pieces.push({ utf8: this.#utf8, source: this.#source, bytes });
    this.#utf8 += bytes.length;
    this.#source += text.length * this.#unit;
    return bytes;
  }

  /** Where in the file the UTF-8's byte `offset` came from. Ask for none before the last one asked for. */
  sourceOffset(offset: number): number {
    while (this.#pieces.length > 1 && (this.#pieces[1]?.utf8 ?? Infinity) <= offset) {
      this.#pieces.shift();
    }
    const [piece] = this.#pieces;
    if (!piece || offset < piece.utf8) return this.#source - (this.#utf8 - offset);
    const text = new TextDecoder("utf-8", { ignoreBOM: true })
      .decode(piece.bytes.subarray(0, offset - piece.utf8));
    return piece.source + text.length * this.#unit;
  }

  /** Bytes of the file for each unit of a JavaScript string. */
  get #unit(): 1 | 2 {
    return this.#encoding === "windows-1252" ? 1 : 2;
  }
}
