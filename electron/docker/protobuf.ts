/** One field on the wire: a varint's number, or the bytes of a length-delimited one. Fixed-width ones are skipped: BuildKit's messages have none. */
export interface Field {
  number: number;
  value: number | Uint8Array | null;
}

/** Wire format: https://protobuf.dev/programming-guides/encoding/ */
export function* fields(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at];
      if (byte === undefined || factor > 2 ** 63) throw new RangeError('cut or over-long varint');
      at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new RangeError('field longer than its message');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    switch (key % 8) {
      case 0:
        yield { number, value: varint() };
        break;
      case 1:
        take(8);
        yield { number, value: null };
        break;
      case 2:
        yield { number, value: take(varint()) };
        break;
      case 5:
        take(4);
        yield { number, value: null };
        break;
      default:
        throw new RangeError('unknown wire type');
    }
  }
}

export function numberOf(field: Field): number {
  if (typeof field.value !== 'number') throw new RangeError('a number was expected');
  return field.value;
}

export function bytesOf(field: Field): Uint8Array {
  if (!(field.value instanceof Uint8Array)) throw new RangeError('bytes were expected');
  return field.value;
}

export function textOf(field: Field): string {
  return Buffer.from(bytesOf(field)).toString('utf8');
}

/** A length-delimited field as it goes over the wire. */
export function bytesField(number: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([numberField(number, content.length, 'length'), content]);
}

/**
 * A number as it goes over the wire: int32, int64, uint32 or an enum's.
 * @param kind `length` for the beginning of a length-delimited field, whose bytes follow
 */
export function numberField(number: number, value: number | bigint, kind: 'value' | 'length' = 'value'): Uint8Array {
  return Uint8Array.from([...varintBytes(number * 8 + (kind === 'length' ? 2 : 0)), ...varintBytes(value)]);
}

/** A negative number is its two's complement in 64 bits. */
function varintBytes(value: number | bigint): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
    if (rest < 128n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 127n) + 128);
  }
}
