import protobuf from 'protobufjs/light.js';
import { crc32c } from './crc32c.js';

/**
 * The part of TensorBoard's event files that this project writes: messages and field numbers of the public `event.proto`
 * and `summary.proto`.
 */
const format = protobuf.Root.fromJSON({
  nested: {
    Event: {
      fields: {
        wallTime: { type: 'double', id: 1 },
        step: { type: 'int64', id: 2 },
        fileVersion: { type: 'string', id: 3 },
        summary: { type: 'Summary', id: 5 },
        sessionLog: { type: 'SessionLog', id: 7 },
      },
    },
    Summary: { fields: { value: { rule: 'repeated', type: 'Value', id: 1 } } },
    Value: { fields: { tag: { type: 'string', id: 1 }, simpleValue: { type: 'float', id: 2 } } },
    SessionLog: { fields: { status: { type: 'int32', id: 1 } } },
  },
});

const eventType = format.lookupType('Event');

/** `SessionLog.SessionStatus.START`: drops what earlier files of the run say about this step and later ones. */
export const sessionStart = 1;

/** What the first event of a file says; readers honour `sessionStart` from this version on. */
export const fileVersion = 'brain.Event:2';

export interface TensorboardEvent {
  /** Seconds since 1970. */
  wallTime: number;
  step?: number;
  fileVersion?: string;
  summary?: { value: { tag: string; simpleValue: number }[] };
  sessionLog?: { status: number };
}

/** Events as TFRecords: length and its masked CRC-32C, the message and its masked CRC-32C, little-endian. */
export function encodeEvents(events: readonly TensorboardEvent[]): Uint8Array {
  return Buffer.concat(events.map((event) => record(eventType.encode(eventType.create(event)).finish())));
}

function record(data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(data.length + 16);
  bytes.writeBigUInt64LE(BigInt(data.length), 0);
  bytes.writeUInt32LE(maskedCrc(bytes.subarray(0, 8)), 8);
  bytes.set(data, 12);
  bytes.writeUInt32LE(maskedCrc(data), data.length + 12);
  return bytes;
}

/** The mask keeps the CRC of data that holds CRCs from degenerating (TFRecord's rule). */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
